package kinds

import dev.hush.annotations.Function
import dev.hush.annotations.SecretRef

object Seen {
  @JvmStatic fun now(): String = System.getenv("TOKEN")?.length?.toString() ?: "nothing"
}

interface Shape {
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun body(): String = Seen.now()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun defaults(depth: Int = 3): String = Seen.now()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  private fun hidden(): String = Seen.now()

  fun callsHidden(): String = hidden()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun abstract(): String
}

interface Polygon : Shape

class Square : Polygon {
  override fun abstract() = Seen.now()
}

@Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
interface Whole {
  fun body(): String = Seen.now()

  @Function(secrets = [SecretRef(value = "env:TOKEN_9", `as` = "OTHER")])
  fun both(): String = Seen.now() + "," + System.getenv("OTHER")?.length

  fun abstract(): String
}

class OfWhole : Whole {
  override fun abstract() = Seen.now()
}

@JvmInline
value class Value(val text: String) {
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun mangled(): String = Seen.now()
}

class Kinds {
  @JvmSynthetic
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun synthetic(): String = Seen.now()

  @JvmOverloads
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun overloaded(depth: Int = 1): String = Seen.now()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  internal fun ofTheModule(): String = Seen.now()

  @get:Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  val property: String
    get() = Seen.now()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  inline fun inlined(block: () -> String): String = Seen.now() + block()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  private inline fun inlinedHere(block: () -> String): String = Seen.now() + block()

  @PublishedApi
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  internal inline fun published(block: () -> String): String = Seen.now() + block()

  @JvmName("renamed")
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  inline fun named(block: () -> String): String = Seen.now() + block()

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  inline fun <reified T> ofType(value: T): String = Seen.now() + T::class.simpleName + value

  /** Of the same name, and no inline function itself. */
  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun inlined(): String = inlined { "" }

  @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
  fun inlinedHere(): String = inlinedHere { Seen.now() }

  companion object {
    @JvmStatic
    @Function(secrets = [SecretRef(value = "env:TOKEN_7", `as` = "TOKEN")])
    fun ofTheCompanion(): String = Seen.now()
  }
}

fun main() {
  println("kotlin: body of an interface=" + Square().body())
  println("kotlin: with a default argument=" + Square().defaults())
  println("kotlin: private, of an interface=" + Square().callsHidden())
  println("kotlin: overriding=" + Square().abstract())
  println("kotlin: annotated interface=" + OfWhole().body())
  println("kotlin: annotated interface and method=" + OfWhole().both())
  println("kotlin: overriding of an annotated interface=" + OfWhole().abstract())
  println("kotlin: value class=" + Value("").mangled())
  val kinds = Kinds()
  println("kotlin: @JvmSynthetic=" + kinds.synthetic())
  println("kotlin: @JvmOverloads=" + kinds.overloaded())
  println("kotlin: internal=" + kinds.ofTheModule())
  println("kotlin: property=" + kinds.property)
  println("kotlin: inline=" + kinds.inlined { "" })
  println("kotlin: calling an inline one=" + kinds.inlined())
  println("kotlin: companion=" + Kinds.ofTheCompanion())
  for (other in listOf("Traits", "Lazy")) {
    Class.forName(other).getMethod("main", Array<String>::class.java).invoke(null, arrayOf<String>())
  }
}
