/**
 * Programs, each of which lets a value out of a JVM in one way: a public static method that takes
 * what to write. {@code ways-out.csv} says of each whether it is masked, and {@code WaysOutIT} runs
 * them.
 */
package dev.hush.agent.ways;
