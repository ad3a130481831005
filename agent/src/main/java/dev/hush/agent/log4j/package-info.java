/** Defined beside each Log4j that the application has. */
@NullMarked
package dev.hush.agent.log4j;

import org.jspecify.annotations.NullMarked;
