package io.changepost.api;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts wrong keys by address, so that guessing is slow. A right key is never asked about. Windows
 * are one minute long; thread-safe.
 */
final class WrongKeys {

  private static final long WINDOW_NANOS = 60_000_000_000L;
  private static final int MOST = 20;
  private static final int MOST_ADDRESSES = 100_000;

  private final Map<String, Integer> counts = new HashMap<>();
  private long windowStart = System.nanoTime();

  /** Counts one; returns 0, or for how many seconds this address gets 429. */
  synchronized int count(String address) {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      counts.clear();
      windowStart = now;
    }
    if (counts.size() >= MOST_ADDRESSES && !counts.containsKey(address)) {
      return 0;
    }
    int count = counts.merge(address, 1, Integer::sum);
    long left = WINDOW_NANOS - (now - windowStart);
    return count > MOST ? (int) (left / 1_000_000_000L) + 1 : 0;
  }
}
