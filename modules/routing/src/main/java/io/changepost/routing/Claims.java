package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Plans what the pollers ask the database for and takes the leases of what comes back. Plans are
 * made and answered in turn, under one lock (see {@link AdaptiveScheduler}), so fields hold what is
 * to be known of the plan that is under way.
 */
final class Claims {

  private static final int SMALLEST_BUDGET_BYTES = 4 << 20;

  private final Slots slots;
  private final RecentAnswers answers;
  private final RoutingSettings settings;
  private final RandomGenerator random = new SecureRandom();
  private final Reserve reserve;

  /** When the plan that is under way was made. */
  private volatile long plannedAt;

  /** What the silent may take by it without the reserve. */
  private int forSilent;

  /** Who is not silent by it. */
  private Set<Long> answering = Set.of();

  /** Deliveries that could not be leased may wait in the table. */
  private volatile boolean left = true;

  private volatile boolean closed;

  Claims(Slots slots, RecentAnswers answers, RoutingSettings settings) {
    this.slots = slots;
    this.answers = answers;
    this.settings = settings;
    this.reserve = new Reserve(settings.slots().total() / 8, settings.timeout(), System.nanoTime());
  }

  /** How many more deliveries could be leased now. */
  int free() {
    return slots.freeLeases();
  }

  /** All leases that there may be now, those that are taken too. */
  int leases() {
    return slots.leases();
  }

  /** How many leases end in a fifth of a second; 0 where endpoints hold them up. */
  int soonFree() {
    return slots.soonFree();
  }

  /** From now on nothing is leased. */
  void close() {
    closed = true;
  }

  /** True where deliveries may wait for a slot: whoever gives one back should have them claimed. */
  boolean mayBeLeft() {
    return left;
  }

  /** Notes whether deliveries were left behind, or that there are none. */
  void left(boolean some) {
    left = some;
  }

  /** For deliveries that wait. */
  ClaimPlan plan(int limit) {
    return plan(limit, 0);
  }

  /** For changes as they come; of webhooks that nothing waits for, some more may be leased. */
  ClaimPlan planOfNew(int limit) {
    return plan(limit, reserve.room(System.nanoTime()));
  }

  private ClaimPlan plan(int limit, int reserved) {
    Slots.Free free = slots.free();
    Set<Long> lately = answers.webhooks();
    Set<Long> stalled = slots.stalled();
    answering =
        lately.stream().filter(id -> !stalled.contains(id)).collect(Collectors.toUnmodifiableSet());
    plannedAt = System.nanoTime();
    long budget = byteBudget(free.bytes());
    // One delivery always fits, so one at a time is leased where they are that large.
    int leases = closed || (budget == 0 && free.bytes() > 0) ? 0 : free.leases();
    Allowances allowed =
        new Allowances(settings.slots(), free.ahead(), answering, answers::isQuick);
    ClaimPlan plan =
        new ClaimPlan(
            limit,
            budget,
            settings.contactsLimit(),
            random.nextLong(),
            settings.lease().toMillis(),
            leases,
            settings.slots().perWebhook(),
            allowed.counted(free.leased()));
    int silent = held(free, id -> !lately.contains(id));
    int failing = held(free, id -> !lately.contains(id) && answers.isFailing(id));
    int hanging = held(free, id -> lately.contains(id) && stalled.contains(id));
    // Many that answered lately and hang at once leave a quarter to those that nobody has heard of.
    int counted = silent + Math.min(hanging, settings.slots().total() / 4);
    forSilent = Math.max(0, room(2, counted) - reserve.slots());
    int withReserve = Math.min(forSilent + reserved, room(2, counted));
    return plan.withSilent(
            Math.min(leases, withReserve),
            Math.min(leases, Math.min(forSilent, room(4, failing))),
            answering)
        .withAhead(settings.slots().leasesOfAnswering());
  }

  /**
   * Webhooks that do not answer share half of the slots, of these the failing ones a half, and a
   * quarter is the reserve: so a thousand that hang leave room for one that nobody has heard of
   * yet.
   */
  private int room(int part, int held) {
    return Math.max(0, Math.max(1, settings.slots().total() / part) - held);
  }

  /** What those webhooks have leased together. */
  private static int held(Slots.Free free, LongPredicate webhooks) {
    return free.leased().entrySet().stream()
        .filter(one -> webhooks.test(one.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /**
   * A sixteenth of the heap at once, and an eighth with what is leased already: a message is there
   * as text and as bytes. A change counts for each of its deliveries though they share the text,
   * because each has bytes of its own when it is sent.
   */
  private static long byteBudget(long leased) {
    long heap = Runtime.getRuntime().maxMemory();
    return Math.max(0, Math.min(Math.max(SMALLEST_BUDGET_BYTES, heap / 16), heap / 8 - leased));
  }

  List<Leased> take(ClaimedBatch batch) {
    if (!batch.deliveries().isEmpty()) {
      CrashPoint.HERE.at("claim.after-commit");
    }
    long now = System.nanoTime();
    long leaseEnds = plannedAt + settings.lease().toNanos();
    for (ClaimedDelivery delivery : batch.deliveries()) {
      slots.take(delivery);
    }
    long silent =
        batch.deliveries().stream()
            .filter(delivery -> !answering.contains(delivery.id().webhookId()))
            .count();
    reserve.gave((int) Math.max(0, silent - forSilent));
    return batch.deliveries().stream()
        .map(delivery -> new Leased(delivery, leaseEnds, now))
        .toList();
  }
}
