/** {@code aws+sm:} and {@code aws+ps:}: Secrets Manager and the Parameter Store of AWS. */
@NullMarked
package dev.hush.provider.aws;

import org.jspecify.annotations.NullMarked;
