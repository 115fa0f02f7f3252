package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What this node has leased, and how much of it is in flight. A lease is taken when a claim comes
 * back. Its slot is taken when the attempt begins, and is free again when the outcome is committed
 * or the claim handed back; what would be beyond a limit waits until then (see {@link Line}).
 * Webhooks that answer have some deliveries leased ahead, so that an attempt need not wait for the
 * next claim. Thread-safe.
 */
final class Slots {

  /** Whoever has attempts under way and gave no sign for so long does not answer. */
  private static final long STALLED_NANOS = 1_000_000_000;

  /** Half of so few slots is not worth that the others wait for it. */
  private static final int LEAST_GATHERED = 20;

  /** Whoever gave no sign for so long will hardly give one in the next few milliseconds. */
  private static final long HANGING_NANOS = 50_000_000;

  private static final class Held {
    private int leased;
    private int begun;

    /** Of those begun, the ones that no answer has come to. */
    private int unanswered;

    private long lastSign;
  }

  private final RoutingSettings.SlotLimits limits;
  private final LongSupplier nanoTime;
  private final Map<Long, Held> held = new HashMap<>();
  private int leased;
  private int inFlight;
  private int unanswered;
  private final Pace pace;
  private long bytes;

  /** Little was free since much room was told. */
  private boolean wasLittle;

  private volatile Runnable whenRoom = () -> {};
  private volatile Runnable whenMuchRoom = () -> {};
  private Consumer<List<Long>> whenEnded = webhooks -> {};

  Slots(RoutingSettings.SlotLimits limits) {
    this(limits, System::nanoTime);
  }

  Slots(RoutingSettings.SlotLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.pace = new Pace(nanoTime.getAsLong());
  }

  /**
   * What could be leased at one moment.
   *
   * @param leases in all
   * @param leased deliveries by webhook
   * @param ahead by webhook, what it ends in a fifth of a second
   * @param bytes of what is leased, as it was claimed
   */
  record Free(int leases, Map<Long, Integer> leased, Map<Long, Integer> ahead, long bytes) {}

  /**
   * Called, outside of any lock, when a claim may bring something again: a limit that may have kept
   * a delivery waiting has room, or half of the leases of a webhook that ends very many are gone.
   */
  void whenRoom(Runnable action) {
    whenRoom = action;
  }

  /** Called, outside of any lock, when a quarter of all leases has become free again. */
  void whenMuchRoom(Runnable action) {
    whenMuchRoom = action;
  }

  /** Called, outside of any lock, with the webhook of each slot that became free. */
  void whenEnded(Consumer<List<Long>> action) {
    whenEnded = action;
  }

  synchronized Free free() {
    Map<Long, Integer> by = new HashMap<>(held.size() * 2);
    held.forEach((webhookId, of) -> by.put(webhookId, of.leased));
    return new Free(freeLeases(), by, pace.aheadOf(), bytes);
  }

  synchronized int freeLeases() {
    return Math.max(0, leases() - leased);
  }

  /**
   * As many as the slots, and what ends in a fifth of a second at the best pace of the last
   * seconds: what a quick webhook has leased that turns slow all at once must not take what the
   * others may have.
   */
  synchronized int leases() {
    pace.learn(nanoTime.getAsLong());
    return Math.min(limits.leases(), limits.total() + pace.lately());
  }

  /**
   * How many deliveries end in a fifth of a second, at the least. Where half of the slots wait for
   * answers it is endpoints that take their time, and this is 0.
   */
  synchronized int soonFree() {
    return unanswered > limits.total() / 2 ? 0 : pace.soon();
  }

  /**
   * How many outcomes are worth waiting for so short a time: those that come at the pace of now,
   * and no more than half of the slots that what is leased can use, so that the other half goes on
   * while those are written. None where few slots are used, as for one or two webhooks alone: then
   * each is needed again at once. Those of a webhook that hangs do not count.
   */
  synchronized int worthWaitingFor(long nanos) {
    long now = nanoTime.getAsLong();
    int usable = 0;
    for (Held of : held.values()) {
      if (of.unanswered == 0 || now - of.lastSign < HANGING_NANOS) {
        usable += Math.min(of.leased, limits.perWebhook());
      }
    }
    int half = Math.min(usable, limits.total()) / 2;
    return half < LEAST_GATHERED ? 0 : Math.min(half, pace.within(nanos));
  }

  /**
   * Webhooks that have attempts without an answer and gave no sign of life lately. An outcome that
   * waits for the database says nothing of the endpoint.
   */
  synchronized Set<Long> stalled() {
    long now = nanoTime.getAsLong();
    Set<Long> stalled = new HashSet<>();
    held.forEach(
        (webhookId, of) -> {
          if (of.unanswered > 0 && now - of.lastSign > STALLED_NANOS) {
            stalled.add(webhookId);
          }
        });
    return stalled;
  }

  synchronized void take(ClaimedDelivery delivery) {
    leased++;
    bytes += delivery.length();
    held.computeIfAbsent(delivery.id().webhookId(), id -> new Held()).leased++;
    wasLittle |= isLittleFree();
  }

  /** Attempts begun that no answer has come to. */
  synchronized int unanswered() {
    return unanswered;
  }

  /** True while no further attempt may begin, whatever the webhook. */
  synchronized boolean isFull() {
    return inFlight >= limits.total();
  }

  /** Takes the slot for an attempt, or tells that the webhook has no room for one. */
  synchronized boolean begin(long webhookId) {
    Held of = held.computeIfAbsent(webhookId, id -> new Held());
    if (isFull() || of.begun >= limits.perWebhook()) {
      return false;
    }
    of.begun++;
    unanswered++;
    if (of.unanswered++ == 0) {
      of.lastSign = nanoTime.getAsLong();
    }
    inFlight++;
    return true;
  }

  /** An attempt has come to an answer, or to its end without one; its slot is still held. */
  synchronized void answered(long webhookId) {
    Held of = held.get(webhookId);
    if (of != null && of.unanswered > 0) {
      of.unanswered--;
      unanswered--;
      of.lastSign = nanoTime.getAsLong();
    }
  }

  void give(ClaimedDelivery delivery) {
    give(List.of(delivery));
  }

  /** Gives back slots and leases of these, and only then tells of the room. */
  void give(Collection<ClaimedDelivery> deliveries) {
    note(deliveries);
    giveUnused(deliveries);
  }

  private synchronized void note(Collection<ClaimedDelivery> ended) {
    ended.forEach(delivery -> pace.ended(delivery.id().webhookId()));
  }

  /** The same of attempts that were not made: they tell nothing of the pace. */
  void giveUnused(Collection<ClaimedDelivery> deliveries) {
    end(deliveries, true);
    whenEnded.accept(deliveries.stream().map(delivery -> delivery.id().webhookId()).toList());
  }

  /** Gives back leases of deliveries that were never begun. */
  void drop(Collection<ClaimedDelivery> deliveries) {
    end(deliveries, false);
  }

  private void end(Collection<ClaimedDelivery> deliveries, boolean hadSlots) {
    boolean wasFull = false;
    boolean isMuch;
    synchronized (this) {
      int most = leases();
      wasLittle |= isLittleFree();
      for (ClaimedDelivery delivery : deliveries) {
        long webhookId = delivery.id().webhookId();
        Held of = held.getOrDefault(webhookId, new Held());
        wasFull |= leased >= most || runsLow(webhookId, of.leased);
        leased--;
        bytes -= delivery.length();
        of.leased--;
        if (hadSlots) {
          if (of.begun > 0) {
            of.begun--;
            inFlight--;
          }
          // One that was handed back never came to an answer.
          int over = Math.max(0, of.unanswered - of.begun);
          of.unanswered -= over;
          unanswered -= over;
        }
        if (of.leased <= 0) {
          held.remove(webhookId);
        }
      }
      // Also where there are more leases than before, because the pace is higher.
      isMuch = wasLittle && !isLittleFree();
      wasLittle &= !isMuch;
    }
    if (wasFull) {
      whenRoom.run();
    }
    if (isMuch) {
      whenMuchRoom.run();
    }
  }

  /**
   * True where the next lease that ends leaves a webhook less than its slots; or where it ends very
   * many, half of what its pace allows, so that the next ones are there in time.
   */
  private boolean runsLow(long webhookId, int leased) {
    int half = limits.leasesAt(pace.aheadOf().getOrDefault(webhookId, 0)) / 2;
    return leased == limits.perWebhook()
        || (leased == half && half > limits.leasesOfAnswering() / 2);
  }

  private boolean isLittleFree() {
    int most = leases();
    return most - leased < Math.max(1, most / 4);
  }

  /** Attempts begun whose outcome is not committed yet. */
  synchronized int inFlight() {
    return inFlight;
  }
}
