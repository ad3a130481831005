package dev.hush.masking;

import com.gliwka.hyperscan.wrapper.CompileErrorException;
import com.gliwka.hyperscan.wrapper.Database;
import com.gliwka.hyperscan.wrapper.Expression;
import com.gliwka.hyperscan.wrapper.ExpressionFlag;
import com.gliwka.hyperscan.wrapper.Scanner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** hyperscan, looking for all forms at once. */
final class Hyperscan implements AutoCloseable {

  private final Database database;
  private final Scanner scanner = new Scanner();

  Hyperscan(Set<String> forms) throws CompileErrorException {
    List<Expression> expressions = new ArrayList<>();
    for (String form : forms) {
      expressions.add(
          new Expression(form.replaceAll("[^A-Za-z0-9]", "\\\\$0"), ExpressionFlag.SINGLEMATCH));
    }
    database = Database.compile(expressions);
    scanner.allocScratch(database);
  }

  boolean isClean(String text) {
    return scanner.scan(database, text).isEmpty();
  }

  @Override
  public void close() throws IOException {
    scanner.close();
    database.close();
  }
}
