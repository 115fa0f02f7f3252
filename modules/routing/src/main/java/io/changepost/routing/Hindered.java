package io.changepost.routing;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts attempts that could not be begun and says when it is time for a line about them: at the
 * first, and then once a minute. Thread-safe.
 */
final class Hindered {

  private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private @Nullable Long toldAt;
  private long untold;

  Hindered(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How many there were since the last line, this one too; 0 where none is due yet. */
  synchronized long one() {
    untold++;
    long now = nanoTime.getAsLong();
    if (toldAt != null && now - toldAt < PAUSE_NANOS) {
      return 0;
    }
    toldAt = now;
    long told = untold;
    untold = 0;
    return told;
  }
}
