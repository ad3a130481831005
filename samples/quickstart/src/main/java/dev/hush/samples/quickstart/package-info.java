/** A small order service whose functions have secrets. */
@NullMarked
package dev.hush.samples.quickstart;

import org.jspecify.annotations.NullMarked;
