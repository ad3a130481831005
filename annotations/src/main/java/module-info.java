/** The annotations that an application compiles against. Depends on nothing when it runs. */
module dev.hush.annotations {
  // For the processors, which run in a compiler and are found by META-INF/services. To provide
  // them here, for --processor-module-path, would keep an application from starting on a Java
  // without a compiler.
  requires static java.compiler;
  requires static jdk.compiler;
  requires static org.jspecify;

  exports dev.hush.annotations;
}
