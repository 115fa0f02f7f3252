package io.changepost.routing;

import java.time.Duration;

/**
 * Slots that are kept for changes of webhooks that nothing waits for yet. Where hundreds of
 * endpoints hang that nobody has heard of before, they take all slots of those that do not answer,
 * for as long as a timeout is; one that is made meanwhile would wait for that. The reserve is given
 * out little by little, no more than all of it in the time of a timeout, so that some of it is
 * left, or comes back soon. Not thread-safe.
 */
final class Reserve {

  /** What of it may be given out at once. */
  private static final int AT_ONCE = 4;

  private final int slots;
  private final double eachNanos;
  private double room;
  private long lookedAt;

  /**
   * @param slots how many
   * @param timeout for how long one that hangs keeps a slot
   */
  Reserve(int slots, Duration timeout, long nanoTime) {
    this.slots = slots;
    this.room = atOnce();
    this.eachNanos = timeout.toNanos() / Math.max(1, slots - room);
    this.lookedAt = nanoTime;
  }

  private double atOnce() {
    return Math.min(slots, Math.max(1, slots / AT_ONCE));
  }

  int slots() {
    return slots;
  }

  /** How many may be given out now. */
  int room(long nanoTime) {
    room = Math.min(atOnce(), room + (nanoTime - lookedAt) / eachNanos);
    lookedAt = nanoTime;
    return (int) room;
  }

  void gave(int number) {
    room -= number;
  }
}
