import dev.hush.annotations.Function
import dev.hush.annotations.SecretRef
import groovy.transform.CompileStatic

class Traits implements Declared, Annotated {
  String left() { Seen.now() }

  @CompileStatic
  @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
  String compiled() {
    def closure = { Seen.now() }
    closure()
  }

  static void main(String[] arguments) {
    def traits = new Traits()
    println 'groovy: trait=' + traits.body()
    println 'groovy: trait, private=' + traits.callsHidden()
    println 'groovy: trait, static=' + Traits.ofStatic()
    println 'groovy: overriding=' + traits.left()
    println 'groovy: annotated trait=' + traits.inWhole()
    println 'groovy: closure=' + traits.compiled()
    println 'groovy: script=' + new GroovyShell(Traits.classLoader).evaluate('''
        import dev.hush.annotations.*
        @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
        def work() { Seen.now() }
        work()''')
  }
}
