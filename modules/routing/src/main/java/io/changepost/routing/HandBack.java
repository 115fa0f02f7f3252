package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.OutcomeStore;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands deliveries back that this node has leased and not begun, so that they are due again at
 * once, here or on another node, with no attempt used up. Thread-safe.
 */
final class HandBack {

  private static final Logger LOG = LoggerFactory.getLogger(HandBack.class);

  private final AttemptQueue queue;
  private final OutcomeStore outcomes;
  private final Slots slots;
  private final SenderStats stats;

  HandBack(AttemptQueue queue, OutcomeStore outcomes, Slots slots, SenderStats stats) {
    this.queue = queue;
    this.outcomes = outcomes;
    this.slots = slots;
    this.stats = stats;
  }

  /**
   * Those of webhooks that stopped answering: what was leased ahead for them would keep the leases
   * of others for as long as their attempts hang.
   */
  void ofStalled() {
    Set<Long> stalled = slots.stalled();
    if (!stalled.isEmpty()) {
      release(queue.withdraw(stalled));
    }
  }

  /** All that have not begun, because this node ends. */
  void all() {
    release(queue.withdrawAll());
  }

  /** One that begins too late: its slot is free again too. */
  void begun(ClaimedDelivery delivery) {
    List<ClaimedDelivery> one = List.of(delivery);
    release(one, () -> slots.giveUnused(one));
  }

  private void release(List<ClaimedDelivery> withdrawn) {
    if (!withdrawn.isEmpty()) {
      release(withdrawn, () -> slots.drop(withdrawn));
    }
  }

  private void release(List<ClaimedDelivery> deliveries, Runnable forget) {
    try {
      stats.handedBack(outcomes.release(deliveries));
    } catch (RuntimeException failed) {
      // No attempt was made, so it must not end as one; the leases run out by themselves.
      LOG.warn(
          "{} claims could not be handed back, the first is message {}",
          deliveries.size(),
          deliveries.get(0).id().text(),
          failed);
    } finally {
      forget.run();
    }
  }
}
