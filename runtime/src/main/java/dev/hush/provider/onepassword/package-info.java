/** {@code op:}: 1Password, by its command or a Connect server. */
@NullMarked
package dev.hush.provider.onepassword;

import org.jspecify.annotations.NullMarked;
