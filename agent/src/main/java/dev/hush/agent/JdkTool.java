package dev.hush.agent;

/**
 * Recognises {@code javac}, {@code jcmd} and their kin, which read {@code JAVA_TOOL_OPTIONS} like
 * any program and are none of the agent's business.
 */
final class JdkTool {

  private JdkTool() {}

  static boolean isRunning() {
    String module = System.getProperty("jdk.module.main", "");
    String mainClass = System.getProperty("jdk.module.main.class", "");
    boolean ofTheJdk = module.startsWith("jdk.") || module.startsWith("java."); // keytool
    // `java Program.java` runs inside the compiler's module, and is an application.
    return ofTheJdk && !mainClass.startsWith("com.sun.tools.javac.launcher.");
  }
}
