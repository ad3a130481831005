package dev.hush.samples.springboot;

import dev.hush.annotations.Function;
import dev.hush.annotations.SecretRef;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Starts the application. What {@code main} declares, the whole application sees: {@code
 * SPRING_DATASOURCE_PASSWORD} is Spring Boot's name for {@code spring.datasource.password}.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class OrdersApplication {

  @Function(
      secrets = {
        @SecretRef("dotenv:?key=SPRING_DATASOURCE_PASSWORD"),
        @SecretRef("dotenv:?key=ORDERS_LICENCE"),
        @SecretRef("dotenv:?key=ORDERS_PIN")
      })
  public static void main(String[] arguments) {
    SpringApplication.run(OrdersApplication.class, arguments);
  }
}
