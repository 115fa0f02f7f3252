package io.changepost.api;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts what somebody does in a minute, and tells from which time on it is too much. Windows are
 * one minute long; thread-safe.
 */
final class PerMinute {

  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final int MOST_KNOWN = 100_000;

  private final int most;
  private final Map<String, Integer> counts = new HashMap<>();
  private long windowStart = System.nanoTime();

  PerMinute(int most) {
    this.most = most;
  }

  /** Counts one; returns 0, or for how many seconds {@code who} gets 429. */
  synchronized int count(String who) {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      counts.clear();
      windowStart = now;
    }
    // When so many are known, those that come on top are counted as one.
    boolean full = counts.size() >= MOST_KNOWN && !counts.containsKey(who);
    int count = counts.merge(full ? "" : who, 1, Integer::sum);
    long left = WINDOW_NANOS - (now - windowStart);
    return count > most ? (int) (left / 1_000_000_000L) + 1 : 0;
  }
}
