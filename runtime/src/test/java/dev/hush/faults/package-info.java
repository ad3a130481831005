/** Lets Hush's own classes fail wherever they can. */
@NullMarked
package dev.hush.faults;

import org.jspecify.annotations.NullMarked;
