package io.changepost.acceptance.matrix;

import java.time.Duration;

/**
 * One fault and how it is tried.
 *
 * @param id the row, such as {@code A9}
 * @param fault what is done
 * @param expected what must come of it
 * @param fast whether every build tries it
 * @param limit a trial that takes longer hangs, and falls short
 * @param body tries it
 */
record Trial(String id, String fault, String expected, boolean fast, Duration limit, Body body) {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Tries a fault. What it throws counts as falling short. */
  @FunctionalInterface
  interface Body {
    Finding run() throws Exception;
  }

  /** A row of the whole matrix. */
  static Trial slow(String id, String fault, String expected, Body body) {
    return new Trial(id, fault, expected, false, LIMIT, body);
  }

  /** A row of every build. */
  static Trial fast(String id, String fault, String expected, Body body) {
    return new Trial(id, fault, expected, true, LIMIT, body);
  }

  /** The same, with more time. */
  Trial within(Duration time) {
    return new Trial(id, fault, expected, fast, time, body);
  }

  /** The same row, not tried because the machine lacks something. */
  Trial lacks(String what) {
    return not(id, fault, expected, what);
  }

  /** A row that cannot be tried here. */
  static Trial not(String id, String fault, String expected, String why) {
    return new Trial(id, fault, expected, false, LIMIT, () -> Finding.notTried(why));
  }
}
