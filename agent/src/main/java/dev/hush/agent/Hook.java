package dev.hush.agent;

import java.util.List;

/**
 * A change to one method of one class that the agent knows by name.
 *
 * @param type the internal name of the class
 * @param method of this class; for a call, {@code owner.method} of the one that is called
 * @param descriptor of that method; without a result, whatever the result; empty, whatever it is
 * @param variants descriptors that it has instead in other versions of the class; one is enough
 * @param place where the code is put
 * @param before what is put at the beginning, before a call or instead of it
 * @param after what is put at the end, or after a call
 * @param inside for a call, the methods of the class that are looked through; without one, all are
 * @param absence what it means that a class has no such place
 */
record Hook(
    String type,
    String method,
    String descriptor,
    List<String> variants,
    Place place,
    Code before,
    Code after,
    List<String> inside,
    Absence absence) {

  /** What it means that a class has no such place. */
  enum Absence {
    /** Nothing is started. */
    REFUSED,
    /** What is handed to it does not follow: told. */
    NOT_FOLLOWED,
    /** Another version has another place. */
    FINE
  }

  /** Where in a class. */
  enum Place {
    /** At the beginning of the method. */
    ENTRY,
    /** Before the method returns; not when it throws. */
    RETURN,
    /** Around the body of the method, on every way out of it. */
    AROUND,
    /** The same, with something only on the ways out by an exception. */
    FAILURE,
    /** Wherever in the class the method, another class's, is called. */
    CALL,
    /** Instead of such a call. */
    INSTEAD
  }

  /** At the beginning of a method. */
  static Hook atEntry(String type, String method, String descriptor, Code code) {
    return new Hook(
        type,
        method,
        descriptor,
        List.of(),
        Place.ENTRY,
        code,
        Code.NONE,
        List.of(),
        Absence.REFUSED);
  }

  /** Before a method returns, with the result on the stack. */
  static Hook beforeReturn(String type, String method, String descriptor, Code code) {
    return new Hook(
        type,
        method,
        descriptor,
        List.of(),
        Place.RETURN,
        Code.NONE,
        code,
        List.of(),
        Absence.REFUSED);
  }

  /**
   * Around the body of a method that is not static.
   *
   * @param enter leaves an object on the stack
   * @param exit takes that object from the stack, and may use {@code this}, but no other variable
   */
  static Hook aroundBody(String type, String method, String descriptor, Code enter, Code exit) {
    return new Hook(
        type, method, descriptor, List.of(), Place.AROUND, enter, exit, List.of(), Absence.REFUSED);
  }

  /**
   * Where a method that is not static throws.
   *
   * @param enter is put at its beginning, and leaves an object on the stack
   * @param failure takes that object from the stack
   */
  static Hook atFailure(String type, String method, String descriptor, Code enter, Code failure) {
    return new Hook(
        type,
        method,
        descriptor,
        List.of(),
        Place.FAILURE,
        enter,
        failure,
        List.of(),
        Absence.REFUSED);
  }

  /**
   * Around each call of another class's method.
   *
   * @param called {@code owner.method}
   */
  static Hook aroundCall(String type, String called, String descriptor, Code before, Code after) {
    return new Hook(
        type, called, descriptor, List.of(), Place.CALL, before, after, List.of(), Absence.REFUSED);
  }

  /**
   * Instead of each call of another class's method.
   *
   * @param called {@code owner.method}
   * @param code takes the receiver and the arguments from the stack, and leaves a result
   */
  static Hook insteadOfCall(String type, String called, String descriptor, Code code) {
    return new Hook(
        type,
        called,
        descriptor,
        List.of(),
        Place.INSTEAD,
        code,
        Code.NONE,
        List.of(),
        Absence.REFUSED);
  }

  /** The same with other descriptors that the method may have. */
  Hook or(String... variants) {
    return new Hook(
        type, method, descriptor, List.of(variants), place, before, after, inside, absence);
  }

  /** The same, where a class without it is worth a warning only. */
  Hook optional() {
    return where(Absence.NOT_FOLLOWED);
  }

  /** The same, where a class without it means something else. */
  Hook where(Absence absence) {
    return new Hook(type, method, descriptor, variants, place, before, after, inside, absence);
  }

  /** The same, looked for in methods of these names only: reading all of a class takes long. */
  Hook inside(String... methods) {
    return new Hook(
        type, method, descriptor, variants, place, before, after, List.of(methods), absence);
  }

  /** Whether its place may be in this method of the class. */
  boolean mayBeIn(String name, String descriptor) {
    return place == Place.CALL || place == Place.INSTEAD
        ? inside.isEmpty() || inside.contains(name)
        : method.equals(name) && accepts(descriptor);
  }

  /** Whether it is a call of this method that is meant. */
  boolean isCallOf(String owner, String name, String descriptor) {
    return method.endsWith(name)
        && method.length() == owner.length() + 1 + name.length()
        && method.startsWith(owner)
        && accepts(descriptor);
  }

  private boolean accepts(String descriptor) {
    return this.descriptor.isEmpty()
        || this.descriptor.equals(descriptor)
        || (this.descriptor.endsWith(")") && descriptor.startsWith(this.descriptor))
        || variants.contains(descriptor);
  }

  /** Whether the whole body is gone around. */
  boolean isAroundBody() {
    return place == Place.AROUND || place == Place.FAILURE;
  }

  /** Whether these make an executor known exactly: what it runs is entered by one of them. */
  static boolean areOfAnExecutor(List<Hook> hooks) {
    for (Hook hook : hooks) {
      if (hook.place == Place.INSTEAD) {
        return true;
      }
    }
    return false;
  }

  /** The name of the class. */
  String typeName() {
    return type.replace('/', '.');
  }

  boolean isOfTheJdk() {
    return type.startsWith("java/") || type.startsWith("sun/") || type.startsWith("jdk/");
  }

  /** Whether every JVM has the class, so that the one that has not is one that nobody knows. */
  boolean isOfJavaBase() {
    return (type.startsWith("java/") && !type.startsWith("java/util/logging/"))
        || type.startsWith("sun/");
  }

  @Override
  public String toString() {
    return typeName() + "." + method + descriptor;
  }
}
