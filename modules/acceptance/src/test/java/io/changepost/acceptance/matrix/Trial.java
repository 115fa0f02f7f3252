package io.changepost.acceptance.matrix;

/**
 * One fault and how it is tried.
 *
 * @param id the row, such as {@code A9}
 * @param fault what is done
 * @param expected what must come of it
 * @param fast whether every build tries it
 * @param body tries it
 */
record Trial(String id, String fault, String expected, boolean fast, Body body) {

  /** Tries a fault. What it throws counts as falling short. */
  @FunctionalInterface
  interface Body {
    Finding run() throws Exception;
  }

  /** A row of the whole matrix. */
  static Trial slow(String id, String fault, String expected, Body body) {
    return new Trial(id, fault, expected, false, body);
  }

  /** A row of every build. */
  static Trial fast(String id, String fault, String expected, Body body) {
    return new Trial(id, fault, expected, true, body);
  }

  /** A row that cannot be tried here. */
  static Trial not(String id, String fault, String expected, String why) {
    return new Trial(id, fault, expected, false, () -> Finding.notTried(why));
  }
}
