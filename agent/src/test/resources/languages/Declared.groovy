import dev.hush.annotations.Function
import dev.hush.annotations.SecretRef

class Seen {
  static String now() { System.getenv('TOKEN')?.length() ?: 'nothing' }
}

trait Declared {
  @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
  String body() { Seen.now() }

  @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
  private String hidden() { Seen.now() }

  String callsHidden() { hidden() }

  @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
  static String ofStatic() { Seen.now() }

  @Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
  abstract String left()
}

@Function(secrets = @SecretRef(value = 'env:TOKEN_7', as = 'TOKEN'))
trait Annotated {
  String inWhole() { Seen.now() }
}
