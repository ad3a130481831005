/** A web application whose configuration holds secrets, with Spring Boot and its actuator. */
@NullMarked
package dev.hush.samples.springboot;

import org.jspecify.annotations.NullMarked;
