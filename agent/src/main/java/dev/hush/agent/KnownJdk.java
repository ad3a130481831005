package dev.hush.agent;

/**
 * Of which JDKs it is known, before their classes are loaded, that every hook has its place. In any
 * other all are loaded and looked at before the application begins: one that lacks a place is
 * refused then, and not in the middle of the work.
 */
final class KnownJdk {

  private KnownJdk() {}

  static boolean isRunning() {
    int version = Runtime.version().feature();
    return version == 17 || version == 21 || version == 25;
  }
}
