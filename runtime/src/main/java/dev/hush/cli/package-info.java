/** The {@code hush} command. */
@NullMarked
package dev.hush.cli;

import org.jspecify.annotations.NullMarked;
