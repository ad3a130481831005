/** {@code libsecret:}: the keyring of the desktop, by the Secret Service on the session bus. */
@NullMarked
package dev.hush.provider.libsecret;

import org.jspecify.annotations.NullMarked;
