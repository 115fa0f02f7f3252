package io.changepost.delivery;

import java.io.IOException;
import java.net.SocketException;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A failure and what is behind it. */
final class Causes {

  /** A chain of causes may be a circle. */
  private static final int DEEPEST = 12;

  private Causes() {}

  /** Whether a socket failed: one of a channel says so by an exception of no class of its own. */
  static boolean isOfSocket(Throwable failure) {
    return failure instanceof SocketException || failure.getClass() == IOException.class;
  }

  /** Itself first. */
  static Stream<Throwable> of(@Nullable Throwable failure) {
    return Stream.<@Nullable Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
        .limit(DEEPEST);
  }
}
