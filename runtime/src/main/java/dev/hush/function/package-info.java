/** Finds functions, plans what each needs, and enters and leaves their views. */
@NullMarked
package dev.hush.function;

import org.jspecify.annotations.NullMarked;
