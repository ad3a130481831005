package dev.hush.configuration;

/** A setting that does not exist or has a value that it cannot have. */
public final class ConfigurationException extends RuntimeException {

  /**
   * @param problem what is wrong, where, and what to do
   */
  public ConfigurationException(String problem) {
    super(problem);
  }
}
