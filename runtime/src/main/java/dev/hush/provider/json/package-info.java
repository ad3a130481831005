/** JSON as managers answer it. */
@NullMarked
package dev.hush.provider.json;

import org.jspecify.annotations.NullMarked;
