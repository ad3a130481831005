/**
 * {@code .env} files, read by dotenv-java with the behaviour that users know from python-dotenv.
 */
@NullMarked
package dev.hush.provider.dotenv;

import org.jspecify.annotations.NullMarked;
