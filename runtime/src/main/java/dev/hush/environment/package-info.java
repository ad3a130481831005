/**
 * The view of the environment that a running function has: the process environment plus its own
 * secrets.
 */
@NullMarked
package dev.hush.environment;

import org.jspecify.annotations.NullMarked;
