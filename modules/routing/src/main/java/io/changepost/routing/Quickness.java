package io.changepost.routing;

/**
 * How long an attempt takes that waits for no endpoint. On a machine that is slow, or busy, or
 * while the code is new, that is several milliseconds where it else is a part of one. It is what
 * ended attempts took of the processors, times those that share these; and as much again, because
 * the database has its part of them too. Not thread-safe.
 */
final class Quickness {

  static final long LEAST_NANOS = 1_000_000;

  /** Of two endpoints beside each other one may well take so long. */
  static final long MOST_NANOS = 8_000_000;

  static final long LOOK_NANOS = 100_000_000;

  /** Fewer attempts are not what this process spends its time on. */
  static final int ENOUGH = 20;

  /** Where the processors have less to do, it is endpoints that take the time. */
  static final double BUSY = 0.8;

  /** Of one look: others ask the system too, and then a look sees moments alone. */
  private static final double WEIGHT = 0.15;

  private final double sharing;
  private final Processors processors;
  private long since;
  private long usedThen;
  private double load;
  private int ended;
  private long nanos = LEAST_NANOS;

  /**
   * @param each attempts at once, for each processor
   */
  Quickness(double each, Processors processors, long nanoTime) {
    this.sharing = 2 * each;
    this.processors = processors;
    this.since = nanoTime;
  }

  void ended() {
    ended++;
  }

  /** Whoever takes longer waits for an endpoint. */
  long nanos(long nanoTime) {
    if (nanoTime - since >= LOOK_NANOS) {
      long used = processors.used().getAsLong();
      double loadNow = processors.load().getAsDouble();
      load += WEIGHT * ((loadNow >= 0 ? loadNow : 0) - load);
      // After a pause it is not known what else this process did.
      boolean isKnown = ended >= ENOUGH && nanoTime - since < 2 * LOOK_NANOS && load >= BUSY;
      double cost = isKnown ? sharing * (used - usedThen) / ended : 0;
      nanos = Math.round(Math.max(LEAST_NANOS, Math.min(MOST_NANOS, cost)));
      since = nanoTime;
      usedThen = used;
      ended = 0;
    }
    return nanos;
  }
}
