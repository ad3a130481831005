package dev.hush.samples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/**
 * Loads a file of orders into an encrypted database, computes a report and publishes it, and says
 * on the way who sees which secrets.
 */
public final class Quickstart {

  private Quickstart() {}

  /** The one argument is a file of orders. */
  public static void main(String[] arguments) throws IOException, SQLException {
    Path orders = Path.of(arguments.length == 0 ? "orders.csv" : arguments[0]);
    try {
      Environment.tell("main");

      OrderDatabase database = new OrderDatabase(Path.of("target", "orders"));
      database.load(Files.readAllLines(orders));
      List<Revenue> report = database.revenueByCountry();
      print(report);
      new Warehouse().publish(report);

      Environment.tell("main, afterwards,");
    } catch (MissingVariableException missing) {
      System.err.println(missing.getMessage());
      System.exit(1);
    }
  }

  private static void print(List<Revenue> report) {
    System.out.println("\n  country  orders   revenue");
    for (Revenue revenue : report) {
      System.out.printf(
          Locale.ROOT,
          "  %-7s  %6d  %8.2f%n",
          revenue.country(),
          revenue.orders(),
          revenue.amount());
    }
    System.out.println();
  }
}
