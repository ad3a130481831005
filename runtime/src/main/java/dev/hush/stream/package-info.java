/** Masks what a program prints. */
@NullMarked
package dev.hush.stream;

import org.jspecify.annotations.NullMarked;
