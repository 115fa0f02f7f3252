package io.changepost.routing;

import io.changepost.persistence.delivery.InactivityRule;
import java.time.Duration;

/**
 * What the routes' words are told.
 *
 * @param slots how many attempts may be in flight
 * @param lease how long a delivery is this node's
 * @param timeout the deadline of an attempt; at most half of the lease
 * @param jitter share by which a delay is spread to both sides
 * @param contactsLimit starred relations of an organization that count
 * @param inactivity when a webhook becomes inactive
 * @param retention how long history is kept
 */
public record RoutingSettings(
    SlotLimits slots,
    Duration lease,
    Duration timeout,
    double jitter,
    int contactsLimit,
    InactivityRule inactivity,
    Duration retention) {

  /** Refuses a lease shorter than twice the timeout. */
  public RoutingSettings {
    if (lease.compareTo(timeout.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("the lease must be at least twice the timeout");
    }
  }

  /**
   * Attempts in flight in one node.
   *
   * @param total in all
   * @param perWebhook for one webhook
   */
  public record SlotLimits(int total, int perWebhook) {

    /**
     * Leases for each slot. So many that the next deliveries are here when the ones before end, and
     * that a statement which makes them is worth its while; few enough that a memory holds them and
     * another node finds something to do.
     */
    private static final int LEASES = 4;

    /** Deliveries leased at once, those that wait for a slot too. */
    int leases() {
      return LEASES * total;
    }

    /** Of a webhook that answers; of any other no more than its slots. */
    int leasesOfAnswering() {
      return LEASES * perWebhook;
    }

    /**
     * Of a webhook that answers quickly: half of the leases at most, or four times its slots. One
     * alone never has so many that, where it turns slow all at once, the others find none.
     *
     * @param ahead what its pace allows
     */
    int leasesAt(int ahead) {
      return Math.max(leasesOfAnswering(), Math.min(ahead, leases() / 2));
    }
  }

  /** What must be left of a lease for an attempt to start. */
  Duration leastLease() {
    return timeout.plus(lease.dividedBy(10));
  }
}
