/** {@code vault:}: HashiCorp Vault and OpenBao. */
@NullMarked
package dev.hush.provider.vault;

import org.jspecify.annotations.NullMarked;
