package io.changepost.delivery;

import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A failure and what is behind it. */
final class Causes {

  /** A chain of causes may be a circle. */
  private static final int DEEPEST = 12;

  private Causes() {}

  /** Itself first. */
  static Stream<Throwable> of(@Nullable Throwable failure) {
    return Stream.<@Nullable Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(DEEPEST);
  }
}
