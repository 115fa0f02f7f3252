package io.changepost.routing;

import java.time.Duration;
import java.util.function.IntSupplier;

/**
 * How many changes one statement takes. The number follows the deliveries made, so that a statement
 * stays short whether a change goes to one webhook or to a thousand. It also follows the free
 * leases, because a delivery that has to be claimed later costs twice. But where few could be
 * leased although there was room, one webhook is pressed harder than it may be: then all changes
 * are fanned out as they come, so that nobody else's wait in line behind those. So they are where
 * endpoints hold the leases, but not where this node is as quick as it can be: then they would only
 * make it slower. For one thread at a time.
 */
final class FanOutLimit {

  private static final int MOST_CHANGES = 1_000;
  private static final int DELIVERIES_AT_ONCE = 1_500;

  /** No statement for less than that share of the leases; they tell when so many are free. */
  private static final int SMALLEST_SHARE = 4;

  /** Where so many end in a fifth of a second, it is worth to wait for them as long as that. */
  private static final int SMALLEST_SOON = 16;

  /** Endpoints that answer slowly hold the slots; others' changes must not wait for that. */
  private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(50).toNanos();

  private static final long LONGEST_PACED_WAIT_NANOS = Duration.ofMillis(200).toNanos();

  private final IntSupplier leases;
  private final IntSupplier soon;
  private int most = 200;
  private int each = 1;
  private int free;
  private boolean capped;
  private long takenAt;

  /**
   * @param leases that this node may have now, those that it has too
   * @param soon how many of these end in a fifth of a second where no endpoint holds them up
   */
  FanOutLimit(IntSupplier leases, IntSupplier soon, long nanoTime) {
    this.leases = leases;
    this.soon = soon;
    this.takenAt = nanoTime;
  }

  /** The number for the next statement; 0 where it is better to wait for leases. */
  int next(int freeLeases, long nanoTime) {
    free = freeLeases;
    if (capped) {
      return most;
    }
    int all = leases.getAsInt();
    int fitting = Math.min(most, Math.max(1, free / each));
    if (free >= Math.max(1, all / SMALLEST_SHARE)) {
      return fitting;
    }
    if (longestWait(nanoTime) > 0) {
      return 0;
    }
    return isPaced() && free >= worthWaiting() ? fitting : most;
  }

  /** How long it is still better to wait where few leases are free, in nanoseconds. */
  long longestWait(long nanoTime) {
    long longest = isPaced() ? LONGEST_PACED_WAIT_NANOS : LONGEST_WAIT_NANOS;
    return Math.max(0, takenAt + longest - nanoTime);
  }

  private boolean isPaced() {
    return soon.getAsInt() >= worthWaiting();
  }

  private int worthWaiting() {
    return Math.max(1, leases.getAsInt() / SMALLEST_SOON);
  }

  /** Learns from a statement that took changes. */
  void took(int changes, int delivered, int leased, long nanoTime) {
    each = Math.max(1, delivered / changes);
    int wanted = Math.max(1, DELIVERIES_AT_ONCE / each);
    // It grows step by step, because the next changes may go to more webhooks than the last.
    most = Math.min(Math.min(MOST_CHANGES, wanted), Math.max(1, most * 2));
    capped = leased < Math.min(delivered, free) / 4;
    takenAt = nanoTime;
  }
}
