package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A delivery that this node may attempt, with what its own monotonic clock says of the lease.
 *
 * @param delivery what to send
 * @param leaseEnds {@link System#nanoTime()} at which the lease is over, counted from before the
 *     claim was asked for, so that it never ends later here than in the database
 * @param readAt {@link System#nanoTime()} when the claim came back
 * @param ended whether its outcome was handed in
 */
public record Leased(ClaimedDelivery delivery, long leaseEnds, long readAt, AtomicBoolean ended) {

  /** One that is still to be attempted. */
  public Leased(ClaimedDelivery delivery, long leaseEnds, long readAt) {
    this(delivery, leaseEnds, readAt, new AtomicBoolean());
  }

  /** The same lease, of a delivery that was changed. */
  Leased with(ClaimedDelivery changed) {
    return new Leased(changed, leaseEnds, readAt, ended);
  }

  /** True for the first who ends it: a copy of its exchange must not end it again. */
  boolean end() {
    return ended.compareAndSet(false, true);
  }

  /** What is left of the lease. */
  Duration left(long nanoTime) {
    return Duration.ofNanos(leaseEnds - nanoTime);
  }

  /** The database's clock at that moment, as well as this node can tell. */
  Instant databaseTime(long nanoTime) {
    return delivery.claimedAt().plusNanos(nanoTime - readAt);
  }
}
