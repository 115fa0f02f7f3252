package io.changepost.routing;

import java.util.HashMap;
import java.util.Map;

/**
 * How quickly attempts end, all together and those of each webhook, and how many may therefore be
 * leased ahead: what ends in a fifth of a second, so that nothing waits in this node for long. Not
 * thread-safe.
 */
final class Pace {

  private static final long LOOK_NANOS = 100_000_000;
  private static final double AHEAD_SECONDS = 0.2;

  /**
   * Longer than it takes to see that an endpoint has stopped answering, or answers slowly, and to
   * hand back what waits for it.
   */
  private static final long HELD_NANOS = 4_000_000_000L;

  private long since;
  private int ended;
  private Map<Long, Integer> endedOf = new HashMap<>();
  private int ahead;
  private Map<Long, Integer> aheadOf = Map.of();
  private long heldSince;
  private int most;
  private int mostBefore;

  Pace(long nanoTime) {
    this.since = nanoTime;
    this.heldSince = nanoTime;
  }

  void ended(long webhookId) {
    ended++;
    endedOf.merge(webhookId, 1, Integer::sum);
  }

  /** Looks at what ended since the last look, where that is a tenth of a second ago. */
  void learn(long nanoTime) {
    long nanos = nanoTime - since;
    if (nanos < LOOK_NANOS) {
      return;
    }
    double each = AHEAD_SECONDS * 1e9 / nanos;
    ahead = (int) (ended * each);
    endedOf.replaceAll((webhookId, number) -> (int) (number * each));
    aheadOf = Map.copyOf(endedOf);
    ended = 0;
    endedOf = new HashMap<>();
    since = nanoTime;
    hold(nanoTime);
  }

  private void hold(long nanoTime) {
    long nanos = nanoTime - heldSince;
    if (nanos >= HELD_NANOS) {
      mostBefore = nanos < 2 * HELD_NANOS ? most : 0;
      most = 0;
      heldSince = nanoTime;
    }
    most = Math.max(most, ahead);
  }

  /** The most that it was at any look of the last four seconds; some from before may count too. */
  int lately() {
    return Math.max(most, mostBefore);
  }

  /** As of the last look, or what ended since then where that is more already. */
  int soon() {
    return Math.max(ahead, ended);
  }

  /** What ends in so short a time, as it is told by {@link #soon}. */
  int within(long nanos) {
    return (int) (soon() * nanos / (AHEAD_SECONDS * 1e9));
  }

  /** By webhook, as of the last look; those of which nothing ended are left out. */
  Map<Long, Integer> aheadOf() {
    return aheadOf;
  }
}
