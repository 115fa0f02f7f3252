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

  private long since;
  private int ended;
  private Map<Long, Integer> endedOf = new HashMap<>();
  private int ahead;
  private Map<Long, Integer> aheadOf = Map.of();

  Pace(long nanoTime) {
    this.since = nanoTime;
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
  }

  /** As of the last look. */
  int ahead() {
    return ahead;
  }

  /** The same, or what ended since then where that is more already. */
  int soon() {
    return Math.max(ahead, ended);
  }

  /** By webhook, as of the last look; those of which nothing ended are left out. */
  Map<Long, Integer> aheadOf() {
    return aheadOf;
  }
}
