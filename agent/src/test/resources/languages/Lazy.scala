import dev.hush.annotations.{Function => Fun, SecretRef}

object Now {
  def seen(): String = Option(System.getenv("TOKEN")).map(_.length.toString).getOrElse("nothing")
}

trait Mixed {
  @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
  def body(): String = Now.seen()

  @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
  lazy val mixed: String = Now.seen()
}

class Values extends Mixed {
  @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
  lazy val declared: String = Now.seen()

  @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
  val eager: String = Now.seen()

  def within(): String = {
    @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
    lazy val local = Now.seen()
    local
  }
}

object Lazy {
  @Fun(secrets = Array(new SecretRef(value = "env:TOKEN_7", as = "TOKEN")))
  lazy val ofTheObject: String = Now.seen()

  def main(arguments: Array[String]): Unit = {
    val values = new Values
    println("scala: trait=" + values.body())
    println("scala: lazy value of a trait=" + values.mixed)
    println("scala: lazy value=" + values.declared)
    println("scala: local lazy value=" + values.within())
    println("scala: lazy value of an object=" + ofTheObject)
    println("scala: value=" + values.eager)
  }
}
