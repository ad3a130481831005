package dev.hush.samples.quickstart;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The orders, in a file that H2 encrypts. Every function of this class has the database's secrets
 * while it runs, and so have the private methods that it calls.
 */
@Function(
    secrets =
        @SecretRef(
            value = "dotenv:",
            requiredKeys = {"DB_USER", "DB_PASSWORD", "DB_CIPHER_KEY"},
            visible = "DB_USER"))
final class OrderDatabase {

  private static final Logger log = LoggerFactory.getLogger(OrderDatabase.class);

  private final Path file;

  OrderDatabase(Path file) {
    this.file = file;
  }

  /** Makes the database anew, from lines of comma-separated values under a line of headings. */
  void load(List<String> lines) throws IOException, SQLException {
    Environment.tell("OrderDatabase.load");
    Files.deleteIfExists(Path.of(file + ".mv.db"));
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE orders (id INT PRIMARY KEY, date DATE, country CHAR(2), product VARCHAR,"
              + " quantity INT, price DECIMAL(9, 2))");
      int loaded = 0;
      for (String line : lines.subList(1, lines.size())) {
        loaded += insert(connection, line.split(",", -1));
      }
      log.info("{} orders loaded", loaded);
    }
  }

  /** What each country ordered, the most first. */
  List<Revenue> revenueByCountry() throws SQLException {
    Environment.tell("OrderDatabase.revenueByCountry");
    List<Revenue> report = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT country, COUNT(*), SUM(quantity * price) AS amount FROM orders"
                    + " GROUP BY country ORDER BY amount DESC")) {
      while (rows.next()) {
        report.add(new Revenue(rows.getString(1), rows.getInt(2), rows.getBigDecimal(3)));
      }
    }
    return report;
  }

  private static int insert(Connection connection, String[] values) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)")) {
      for (int i = 0; i < values.length; i++) {
        insert.setString(i + 1, values[i]);
      }
      return insert.executeUpdate();
    } catch (SQLException wrong) {
      log.warn("left out, because it cannot be read: {}", String.join(",", values));
      return 0;
    }
  }

  /** Logs what nobody should log. */
  private Connection connect() throws SQLException {
    String user = Environment.required("DB_USER");
    String password = Environment.required("DB_PASSWORD");
    String key = Environment.required("DB_CIPHER_KEY");
    MDC.put("login", user + "/" + password);
    try {
      log.info("opening {} as {} with password {} and key {}", file, user, password, key);
      return DriverManager.getConnection(
          "jdbc:h2:./" + file + ";CIPHER=AES", user, key + " " + password);
    } finally {
      MDC.remove("login");
    }
  }
}
