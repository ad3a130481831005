/** The {@code -javaagent}: weaves and installs. It holds no rules of its own. */
@NullMarked
package dev.hush.agent;

import org.jspecify.annotations.NullMarked;
