/** The engine that replaces every occurrence of a registered value by {@code ***}. */
@NullMarked
package dev.hush.masking;

import org.jspecify.annotations.NullMarked;
