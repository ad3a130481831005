/**
 * From a declared secret to its values. The only place that hands values to the masker, which it
 * does before anything else sees them.
 */
@NullMarked
package dev.hush.resolve;

import org.jspecify.annotations.NullMarked;
