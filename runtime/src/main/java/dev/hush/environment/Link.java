package dev.hush.environment;

import org.jspecify.annotations.Nullable;

/** One of the things that a thread must end, at the latest when it ends what is further out. */
abstract class Link {

  /** What is next further out on this thread. */
  final @Nullable Link outer;

  Link(@Nullable Link outer) {
    this.outer = outer;
  }

  abstract void end();
}
