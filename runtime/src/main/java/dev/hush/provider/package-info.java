/** One {@link dev.hush.provider.SecretProvider} for each scheme of addresses. */
@NullMarked
package dev.hush.provider;

import org.jspecify.annotations.NullMarked;
