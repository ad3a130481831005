package dev.hush.samples.quickstart;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where reports go. It cannot be reached, and the exception that says so holds the password. */
final class Warehouse {

  private static final Logger log = LoggerFactory.getLogger(Warehouse.class);

  /** Sends the report, with a password that no other function sees. */
  @Function(secrets = @SecretRef("dotenv:?key=WAREHOUSE_PASSWORD"))
  void publish(List<Revenue> report) {
    Environment.tell("Warehouse.publish");
    String password =
        URLEncoder.encode(Environment.required("WAREHOUSE_PASSWORD"), StandardCharsets.UTF_8);
    String address = "jdbc:warehouse://reports.example.com/sales?password=" + password;
    System.out.println("sending " + report.size() + " lines to " + address);
    try (Connection connection = DriverManager.getConnection(address)) {
      log.info("connected to {}", connection);
    } catch (SQLException unreachable) {
      log.error("the warehouse cannot be reached", unreachable);
    }
  }
}
