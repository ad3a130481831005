/** Text to {@link dev.hush.address.SecretAddress}, and what of a text a message may show. */
@NullMarked
package dev.hush.address;

import org.jspecify.annotations.NullMarked;
