package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.ClaimedBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The bean {@code fanOut} of a rehearsal: takes the leases of whatever comes. */
public final class RehearsedFanOut {

  private final Slots slots;
  private final Duration lease;

  RehearsedFanOut(Slots slots, Duration lease) {
    this.slots = slots;
    this.lease = lease;
  }

  /** Rows as the fan-out statement answers them → the deliveries that are attempted now. */
  public List<Leased> accepted(List<Map<String, Object>> rows) {
    List<ClaimedDelivery> deliveries = ClaimedBatch.read(rows).deliveries();
    deliveries.forEach(slots::take);
    long read = System.nanoTime();
    return deliveries.stream()
        .map(delivery -> new Leased(delivery, read + lease.toNanos(), read))
        .toList();
  }
}
