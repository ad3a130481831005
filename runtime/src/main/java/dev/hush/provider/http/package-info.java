/** Requests to managers: limited in time and size, and mute about what they carry. */
@NullMarked
package dev.hush.provider.http;

import org.jspecify.annotations.NullMarked;
