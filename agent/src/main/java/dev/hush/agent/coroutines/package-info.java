/** What is defined beside Kotlin's coroutines. */
@NullMarked
package dev.hush.agent.coroutines;

import org.jspecify.annotations.NullMarked;
