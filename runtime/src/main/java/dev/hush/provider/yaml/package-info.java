/** Reads what other programs write in YAML. */
@NullMarked
package dev.hush.provider.yaml;

import org.jspecify.annotations.NullMarked;
