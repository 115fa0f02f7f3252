package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimedBatch;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Organizations whose contacts were counted a moment ago and are within the limit. Counting walks
 * them: thousands of organizations may have thousands each, and fan-out would do it for every
 * batch. A change of a relation that this node fans out is heeded at once, any other after two
 * seconds at most. For one thread at a time.
 */
final class WithinLimit {

  private static final long ONE_SECOND = Duration.ofSeconds(1).toNanos();

  /** A plan stays short; the others are counted. */
  private static final int MOST = 2_000;

  /** To count those of a few changes takes less than to name thousands in the plan. */
  private static final int LARGE_BATCH = 64;

  /** When to count again, by organization. */
  private final Map<Long, Long> until = new HashMap<>();

  private boolean large;

  /** Those that need not be counted now; none where the batch before was small. */
  Collection<Long> organizations(long nanoTime) {
    until.values().removeIf(end -> end - nanoTime <= 0);
    return large ? List.copyOf(until.keySet()) : List.of();
  }

  /**
   * Learns from what fan-out took.
   *
   * @param nanoTime before its statement began
   */
  void took(int changes, ClaimedBatch.Contacts contacts, long nanoTime) {
    large = changes >= LARGE_BATCH;
    contacts.moved().forEach(until::remove);
    for (long organization : contacts.within()) {
      if (until.size() < MOST) {
        // Not all that were counted together are counted together again.
        until.put(organization, nanoTime + ONE_SECOND + spread(organization));
      }
    }
  }

  private static long spread(long organization) {
    return Math.floorMod(Long.hashCode(organization * 0x9e3779b97f4a7c15L), 1_000) * 1_000_000L;
  }
}
