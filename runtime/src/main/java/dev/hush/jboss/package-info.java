/**
 * Masks what JBoss LogManager hands to handlers. Like {@code dev.hush.logback} it is defined by the
 * agent inside whatever class loader has one.
 */
@NullMarked
package dev.hush.jboss;

import org.jspecify.annotations.NullMarked;
