/** Looks at functions while an application is compiled: refuses what cannot start, and indexes. */
@NullMarked
package dev.hush.annotations.processor;

import org.jspecify.annotations.NullMarked;
