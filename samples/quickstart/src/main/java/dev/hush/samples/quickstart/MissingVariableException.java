package dev.hush.samples.quickstart;

/** A function was called without a variable that it needs. */
final class MissingVariableException extends RuntimeException {
  MissingVariableException(String key) {
    super(key + " is not set: start this program with -javaagent:hush-agent.jar");
  }
}
