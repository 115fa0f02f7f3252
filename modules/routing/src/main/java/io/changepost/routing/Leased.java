package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.time.Duration;
import java.time.Instant;

/**
 * A delivery that this node may attempt, with what its own monotonic clock says of the lease.
 *
 * @param delivery what to send
 * @param leaseEnds {@link System#nanoTime()} at which the lease is over, counted from before the
 *     claim was asked for, so that it never ends later here than in the database
 * @param readAt {@link System#nanoTime()} when the claim came back
 */
public record Leased(ClaimedDelivery delivery, long leaseEnds, long readAt) {

  /** What is left of the lease. */
  Duration left(long nanoTime) {
    return Duration.ofNanos(leaseEnds - nanoTime);
  }

  /** The database's clock at that moment, as well as this node can tell. */
  Instant databaseTime(long nanoTime) {
    return delivery.claimedAt().plusNanos(nanoTime - readAt);
  }
}
