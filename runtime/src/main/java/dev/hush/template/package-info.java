/**
 * Expressions in braces: Pebble's language, less all that could reach beyond the template.
 *
 * <p>Nothing but {@link dev.hush.template.Templates} is loaded until a text has an expression, and
 * nothing else needs Pebble.
 */
@NullMarked
package dev.hush.template;

import org.jspecify.annotations.NullMarked;
