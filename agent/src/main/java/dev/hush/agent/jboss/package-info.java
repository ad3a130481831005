/** Defined beside each JBoss LogManager that the application has. */
@NullMarked
package dev.hush.agent.jboss;

import org.jspecify.annotations.NullMarked;
