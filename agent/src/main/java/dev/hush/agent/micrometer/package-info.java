/** What is defined beside micrometer's context propagation. */
@NullMarked
package dev.hush.agent.micrometer;

import org.jspecify.annotations.NullMarked;
