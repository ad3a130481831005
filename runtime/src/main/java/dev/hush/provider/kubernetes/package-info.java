/** {@code k8s:}: secrets of Kubernetes, by its interface or from a mounted volume. */
@NullMarked
package dev.hush.provider.kubernetes;

import org.jspecify.annotations.NullMarked;
