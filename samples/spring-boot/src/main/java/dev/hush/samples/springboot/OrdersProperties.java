package dev.hush.samples.springboot;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What Spring Boot binds at start.
 *
 * @param licence the variable {@code ORDERS_LICENCE}
 * @param licenceHeader made of it in {@code application.properties}
 * @param pin the variable {@code ORDERS_PIN}
 */
@ConfigurationProperties("orders")
record OrdersProperties(String licence, String licenceHeader, int pin) {}
