/** Puts the parts together: everything that Hush is in one process. */
@NullMarked
package dev.hush.runtime;

import org.jspecify.annotations.NullMarked;
