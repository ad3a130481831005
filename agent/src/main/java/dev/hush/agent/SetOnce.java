package dev.hush.agent;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field of the bridge that never changes once it is set: the JVM's compilers take what it holds
 * for a constant and call it directly. {@link BridgeDefinition} gives it the name of the JDK's own
 * annotation, which the JVM obeys in classes of its own loader.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
@interface SetOnce {}
