package dev.hush.samples.springboot;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers from the database, and tells which variables are seen where. */
@RestController
class OrdersController {

  private static final Logger log = LoggerFactory.getLogger(OrdersController.class);

  private final JdbcClient database;
  private final OrdersProperties properties;
  private final Environment environment;

  OrdersController(JdbcClient database, OrdersProperties properties, Environment environment) {
    this.database = database;
    this.properties = properties;
    this.environment = environment;
  }

  /** Needs the database's password, whenever the pool opens a connection. */
  @GetMapping("/orders")
  @SuppressWarnings("NullAway") // Which columns may be null, only compilers since 22 see in Spring.
  List<Map<String, Object>> orders() {
    log.info("reading orders: {}", properties);
    return database.sql("SELECT id, amount FROM orders ORDER BY id").query().listOfRows();
  }

  /** On a thread of Tomcat's, when {@code main} has long returned: what {@code main} declares. */
  @GetMapping("/seen")
  Map<String, List<String>> seen() {
    return Map.of("variables", variables(), "properties", properties());
  }

  /** A function sees its own secrets, and not those of {@code main}. */
  @PostMapping("/webhook")
  @Function(secrets = @SecretRef("dotenv:?key=WEBHOOK_KEY"))
  Map<String, List<String>> callWebhook() {
    log.info("calling the webhook with key {}", System.getenv("WEBHOOK_KEY"));
    return Map.of("variables", variables());
  }

  private static List<String> variables() {
    return Stream.of("SPRING_DATASOURCE_PASSWORD", "ORDERS_LICENCE", "ORDERS_PIN", "WEBHOOK_KEY")
        .filter(name -> System.getenv(name) != null)
        .toList();
  }

  private List<String> properties() {
    return Stream.of("spring.datasource.password", "orders.licence", "orders.pin", "webhook.key")
        .filter(environment::containsProperty)
        .toList();
  }
}
