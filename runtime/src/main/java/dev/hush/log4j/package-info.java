/**
 * Masks what Log4j 2 hands to appenders. Like {@code dev.hush.logback} it is defined by the agent
 * inside whatever class loader has a Log4j.
 */
@NullMarked
package dev.hush.log4j;

import org.jspecify.annotations.NullMarked;
