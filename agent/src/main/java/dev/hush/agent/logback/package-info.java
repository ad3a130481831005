/** What the agent brings together with each Logback that it meets. */
@NullMarked
package dev.hush.agent.logback;

import org.jspecify.annotations.NullMarked;
