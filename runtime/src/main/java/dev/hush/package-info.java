/**
 * The interface that an application calls: secrets, where they come from, and what can go wrong.
 */
@NullMarked
package dev.hush;

import org.jspecify.annotations.NullMarked;
