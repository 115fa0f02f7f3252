package io.changepost.routing;

import io.changepost.persistence.delivery.LostLeaseStore;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a claim and not more than once a second, for leases that ran out: what fan-out
 * leased to a node that is gone is due then, and the claim finds it. For one thread at a time.
 */
final class LostLeases {

  private static final Logger LOG = LoggerFactory.getLogger(LostLeases.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final LostLeaseStore store;
  private final SenderStats stats;
  private final LongSupplier nanoTime;
  private long lookedAt;

  LostLeases(LostLeaseStore store, SenderStats stats, LongSupplier nanoTime) {
    this.store = store;
    this.stats = stats;
    this.nanoTime = nanoTime;
    this.lookedAt = nanoTime.getAsLong() - PAUSE_NANOS;
  }

  void look() {
    long now = nanoTime.getAsLong();
    if (now - lookedAt < PAUSE_NANOS) {
      return;
    }
    lookedAt = now;
    try {
      int lost = store.returnLost();
      if (lost > 0) {
        stats.lost(0, lost);
        LOG.warn("{} deliveries were leased and have no outcome; they are due again", lost);
      }
    } catch (RuntimeException failed) {
      // The claim, which comes next, tells of a database that is away.
      LOG.debug("leases that ran out were not looked for", failed);
    }
  }
}
