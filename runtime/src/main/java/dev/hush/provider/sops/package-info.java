/** {@code sops:}: files that sops has encrypted to age keys. */
@NullMarked
package dev.hush.provider.sops;

import org.jspecify.annotations.NullMarked;
