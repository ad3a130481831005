/**
 * Masks what Logback hands to appenders.
 *
 * <p>Apart from one constructor of {@link dev.hush.logback.MaskingTurboFilter}, the classes here
 * know nothing but the JDK, SLF4J, Logback and a function from text to masked text: the agent
 * defines copies of them inside whatever class loader has a Logback. They are compiled against one
 * Logback and run on all from 1.2.13 on; {@code LogbackFeature} says what an older one lacks.
 */
@NullMarked
package dev.hush.logback;

import org.jspecify.annotations.NullMarked;
