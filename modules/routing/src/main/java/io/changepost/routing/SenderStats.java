package io.changepost.routing;

import io.changepost.persistence.delivery.RecordedOutcome;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;

/**
 * What this node has done since it started, for metrics and JMX. Thread-safe; every figure only
 * grows, except what is in flight.
 */
public final class SenderStats {

  private final LongAdder changes = new LongAdder();
  private final LongAdder made = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder redelivered = new LongAdder();
  private final LongAdder notBegun = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private final LongAdder workerLost = new LongAdder();
  private final LongAdder lostLeases = new LongAdder();
  private final LongAdder handedBack = new LongAdder();
  private final LongAdder warnings = new LongAdder();
  private final IntSupplier inFlight;
  private volatile LongConsumer latency = millis -> {};

  SenderStats(IntSupplier inFlight) {
    this.inFlight = inFlight;
  }

  void fannedOut(int changesTaken, int deliveriesMade) {
    changes.add(changesTaken);
    made.add(deliveriesMade);
  }

  void lost(int deliveries, int leases) {
    workerLost.add(deliveries);
    lostLeases.add(leases);
  }

  void handedBack(int deliveries) {
    handedBack.add(deliveries);
  }

  void warned() {
    warnings.increment();
  }

  void count(RecordedOutcome recorded) {
    switch (recorded.became()) {
      case DELIVERED -> delivered.increment();
      case DUE_AGAIN -> redelivered.increment();
      case NOT_BEGUN -> notBegun.increment();
      case FAILED -> failed.increment();
      case STALE -> stale.increment();
      case CANCELLED -> {
        // Its webhook is gone; there is nobody to count it for.
      }
    }
  }

  void arrived(long millisSinceChange) {
    latency.accept(millisSinceChange);
  }

  /**
   * Is told, for each message delivered at its first attempt, the milliseconds since its change.
   */
  public void onDelivered(LongConsumer listener) {
    latency = listener;
  }

  /** Changes fanned out. */
  public long changes() {
    return changes.sum();
  }

  /** Deliveries made of them. */
  public long made() {
    return made.sum();
  }

  /** Deliveries that ended well. */
  public long delivered() {
    return delivered.sum();
  }

  /** Attempts that failed and are due again. */
  public long redelivered() {
    return redelivered.sum();
  }

  /** Attempts of which nothing was sent, for a lack of ours; they are due again and not used up. */
  public long notBegun() {
    return notBegun.sum();
  }

  /** Deliveries that ended badly after an attempt. */
  public long failed() {
    return failed.sum();
  }

  /** Outcomes that came too late: the lease was somebody else's. */
  public long staleOutcomes() {
    return stale.sum();
  }

  /** Deliveries given up because three leases ran out. */
  public long workerLost() {
    return workerLost.sum();
  }

  /** Leases that ran out, in whatever node, and were found by this one. */
  public long lostLeases() {
    return lostLeases.sum();
  }

  /** Claims handed back unstarted. */
  public long handedBack() {
    return handedBack.sum();
  }

  /** Warnings told that a webhook is about to become inactive. */
  public long warnings() {
    return warnings.sum();
  }

  /**
   * Tells, whenever it is asked, whether no attempt is under way and nothing was made or recorded
   * since it was asked before. For one thread.
   */
  public BooleanSupplier idleness() {
    long[] before = {ended()};
    return () -> {
      long now = ended();
      boolean isIdle = now == before[0] && inFlight() == 0;
      before[0] = now;
      return isIdle;
    };
  }

  private long ended() {
    return made() + delivered() + redelivered() + notBegun() + failed();
  }

  /** Attempts under way in this node. */
  public int inFlight() {
    return inFlight.getAsInt();
  }
}
