package io.changepost.routing;

import java.time.Duration;

/**
 * After which change fan-out begins to look. What was taken stays in the index of the outbox until
 * it is vacuumed, and a statement that begins at the first entry walks past all of it. So most
 * statements begin a good way before the last change taken. What committed late with a still
 * smaller id is found by the next one that begins at the first, as one does every quarter of a
 * second. For one thread at a time.
 */
final class OutboxStart {

  /** Changes under way beside each other are not that far apart, but for long transactions. */
  static final long APART = 10_000;

  private static final long LONGEST_NANOS = Duration.ofMillis(250).toNanos();

  private long last;
  private long wholeAt;
  private boolean isWhole;
  private boolean owed;

  /** The change for the next statement; 0 where it begins at the first. */
  long next(long nanoTime) {
    long after = Math.max(0, last - APART);
    isWhole = owed || after == 0 || nanoTime - wholeAt >= LONGEST_NANOS;
    owed = false;
    if (isWhole) {
      wholeAt = nanoTime;
      return 0;
    }
    return after;
  }

  /**
   * Learns from the statement.
   *
   * @param greatest that it took
   */
  void took(long greatest) {
    // One that began at the first also tells where ids begin anew, as after a restore.
    last = isWhole ? greatest : Math.max(last, greatest);
  }

  /** The statement left what it saw to the next one, which sees no less. */
  void tookNothing() {
    owed = isWhole;
  }
}
