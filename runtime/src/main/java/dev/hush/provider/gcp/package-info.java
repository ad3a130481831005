/** {@code gcp:}: the Secret Manager of Google Cloud. */
@NullMarked
package dev.hush.provider.gcp;

import org.jspecify.annotations.NullMarked;
