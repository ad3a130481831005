/** {@code azure:}: the Key Vault of Azure. */
@NullMarked
package dev.hush.provider.azure;

import org.jspecify.annotations.NullMarked;
