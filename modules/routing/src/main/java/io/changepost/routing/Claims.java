package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Plans what the pollers ask the database for and takes the slots for what comes back. Plans are
 * made and answered in turn (see {@link AdaptiveScheduler}), so one field holds the time of the
 * plan that is under way.
 */
final class Claims {

  private static final int SMALLEST_BUDGET_BYTES = 4 << 20;

  private final Slots slots;
  private final RecentAnswers answers;
  private final RoutingSettings settings;
  private final RandomGenerator random = new SecureRandom();
  private volatile long plannedAt;

  /** Deliveries that could not be leased may wait in the table. */
  private volatile boolean left = true;

  Claims(Slots slots, RecentAnswers answers, RoutingSettings settings) {
    this.slots = slots;
    this.answers = answers;
    this.settings = settings;
  }

  /** How many attempts could start now. */
  int free() {
    return slots.free().slots();
  }

  /** All slots together. */
  int total() {
    return settings.slots().total();
  }

  /** True where deliveries may wait for a slot: whoever gives one back should have them claimed. */
  boolean mayBeLeft() {
    return left;
  }

  /** Notes whether deliveries were left behind, or that there are none. */
  void left(boolean some) {
    left = some;
  }

  ClaimPlan plan(int limit) {
    Slots.Free free = slots.free();
    List<Long> answering = answers.webhooks();
    plannedAt = System.nanoTime();
    ClaimPlan plan =
        new ClaimPlan(
            limit,
            byteBudget(),
            settings.contactsLimit(),
            random.nextLong(),
            settings.lease().toMillis(),
            free.slots(),
            slots.perWebhook(),
            free.busy());
    Map<Long, Integer> silent = new HashMap<>(free.busy());
    silent.keySet().removeAll(Set.copyOf(answering));
    return plan.withSilent(
        Math.min(free.slots(), room(2, held(silent))),
        Math.min(free.slots(), room(4, held(onlyFailing(silent)))),
        answering);
  }

  /**
   * Webhooks that do not answer share half of the slots, and of these the failing ones a half: so a
   * thousand that hang leave room for one that nobody has heard of yet.
   */
  private int room(int part, int held) {
    return Math.max(0, Math.max(1, settings.slots().total() / part) - held);
  }

  private Map<Long, Integer> onlyFailing(Map<Long, Integer> silent) {
    Map<Long, Integer> failing = new HashMap<>(silent);
    failing.keySet().retainAll(answers.failing());
    return failing;
  }

  private static int held(Map<Long, Integer> busy) {
    return busy.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What a sixteenth of the heap may hold: a message is there as text and as bytes. */
  private static long byteBudget() {
    return Math.max(SMALLEST_BUDGET_BYTES, Runtime.getRuntime().maxMemory() / 16);
  }

  List<Leased> take(ClaimedBatch batch) {
    if (!batch.deliveries().isEmpty()) {
      CrashPoint.HERE.at("claim.after-commit");
    }
    long now = System.nanoTime();
    long leaseEnds = plannedAt + settings.lease().toNanos();
    for (ClaimedDelivery delivery : batch.deliveries()) {
      slots.take(delivery.id().webhookId());
    }
    return batch.deliveries().stream()
        .map(delivery -> new Leased(delivery, leaseEnds, now))
        .toList();
  }
}
