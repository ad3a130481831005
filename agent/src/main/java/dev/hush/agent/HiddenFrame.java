package dev.hush.agent;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A method of the bridge that calls the application's code: left out of stack traces, which so look
 * as they do without the agent. {@link BridgeDefinition} gives it the name of the JDK's own
 * annotation, which the JVM obeys in classes of its own loader.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface HiddenFrame {}
