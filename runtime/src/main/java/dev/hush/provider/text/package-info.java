/** Bytes to text, strictly. */
@NullMarked
package dev.hush.provider.text;

import org.jspecify.annotations.NullMarked;
