package io.changepost.routing;

import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

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

  private final double sharing;
  private final LongSupplier processorTime;
  private long since;
  private long usedThen;
  private int ended;
  private long nanos = LEAST_NANOS;

  /**
   * @param each attempts at once, for each processor
   * @param processorTime what this process took of the processors, in nanoseconds
   */
  Quickness(double each, LongSupplier processorTime) {
    this.sharing = 2 * each;
    this.processorTime = processorTime;
  }

  /** As the system counts; always 0 where it does not tell. */
  static LongSupplier processorTime() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean process
        ? process::getProcessCpuTime
        : () -> 0;
  }

  void ended() {
    ended++;
  }

  /** Whoever takes longer waits for an endpoint. */
  long nanos(long nanoTime) {
    if (nanoTime - since >= LOOK_NANOS) {
      long used = processorTime.getAsLong();
      // Also after a pause, in which this process did something else.
      boolean isEnough = ended >= ENOUGH && nanoTime - since < 2 * LOOK_NANOS;
      double cost = isEnough ? sharing * (used - usedThen) / ended : 0;
      nanos = Math.round(Math.max(LEAST_NANOS, Math.min(MOST_NANOS, cost)));
      since = nanoTime;
      usedThen = used;
      ended = 0;
    }
    return nanos;
  }
}
