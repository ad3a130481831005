/** The annotations that an application compiles against. Depends on nothing. */
module dev.hush.annotations {
  exports dev.hush.annotations;
}
