/**
 * What masking a logged event takes, whichever library logs it, and the masking of {@code
 * java.util.logging}. Knows nothing but the JDK and a function from text to masked text: the agent
 * defines copies of these classes beside every logging library that it finds.
 */
@NullMarked
package dev.hush.logging;

import org.jspecify.annotations.NullMarked;
