/** The annotations that an application compiles against. Depends on nothing when it runs. */
module dev.hush.annotations {
  // For the processor, which runs in a compiler.
  requires static java.compiler;
  requires static jdk.compiler;
  requires static org.jspecify;

  exports dev.hush.annotations;

  provides javax.annotation.processing.Processor with
      dev.hush.annotations.processor.FunctionProcessor,
      dev.hush.annotations.processor.ClaimProcessor;
}
