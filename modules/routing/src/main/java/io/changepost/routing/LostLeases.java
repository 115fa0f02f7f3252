package io.changepost.routing;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a claim and not more than once a second, for leases that ran out: what fan-out
 * leased to a node that is gone is due then, and the claim finds it. Where a look takes long, the
 * next one comes later. For one thread at a time.
 */
final class LostLeases {

  private static final Logger LOG = LoggerFactory.getLogger(LostLeases.class);
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  /** No more than that part of the time goes into looks. */
  private static final int SHARE = 20;

  private static final long SAID_AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  private final IntSupplier returnLost;
  private final SenderStats stats;
  private final LongSupplier nanoTime;
  private long nextAt;
  private long failureSaidAt;

  /**
   * @param returnLost makes what is lost due again, and tells how many
   */
  LostLeases(IntSupplier returnLost, SenderStats stats, LongSupplier nanoTime) {
    this.returnLost = returnLost;
    this.stats = stats;
    this.nanoTime = nanoTime;
    this.nextAt = nanoTime.getAsLong();
    this.failureSaidAt = nextAt - SAID_AGAIN_NANOS;
  }

  void look() {
    long begin = nanoTime.getAsLong();
    if (begin - nextAt < 0) {
      return;
    }
    try {
      int lost = returnLost.getAsInt();
      if (lost > 0) {
        stats.lost(0, lost);
        LOG.warn("{} deliveries were leased and have no outcome; they are due again", lost);
      }
    } catch (RuntimeException failed) {
      if (begin - failureSaidAt >= SAID_AGAIN_NANOS) {
        failureSaidAt = begin;
        LOG.warn("leases that ran out could not be looked for: {}", failed.getMessage());
      }
    }
    long end = nanoTime.getAsLong();
    nextAt = end + Math.max(PAUSE_NANOS, SHARE * (end - begin));
  }
}
