package io.changepost.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many attempts this node has in flight, in all and for each webhook. A slot is taken when a
 * claim comes back and is free again when the outcome is committed or the claim handed back. Claims
 * ask for no more than is free, so a slot is never waited for. Thread-safe.
 */
final class Slots {

  private final int total;
  private final int perWebhook;
  private final Map<Long, Integer> busy = new HashMap<>();
  private int inFlight;
  private Runnable whenRoom = () -> {};
  private Runnable whenMuchRoom = () -> {};

  Slots(int total, int perWebhook) {
    this.total = total;
    this.perWebhook = perWebhook;
  }

  /** What is free at one moment. */
  record Free(int slots, Map<Long, Integer> busy) {}

  /**
   * Called, outside of any lock, when a cap that may have kept a delivery waiting has room again.
   */
  void whenRoom(Runnable action) {
    whenRoom = action;
  }

  /** Called, outside of any lock, when a quarter of all slots has become free again. */
  void whenMuchRoom(Runnable action) {
    whenMuchRoom = action;
  }

  synchronized Free free() {
    return new Free(Math.max(0, total - inFlight), Map.copyOf(busy));
  }

  synchronized void take(long webhookId) {
    inFlight++;
    busy.merge(webhookId, 1, Integer::sum);
  }

  void give(long webhookId) {
    give(List.of(webhookId));
  }

  /** Gives back one slot for each id, and only then tells of the room. */
  void give(List<Long> webhookIds) {
    boolean wasFull = false;
    boolean isMuch;
    synchronized (this) {
      boolean wasLittle = isLittleFree();
      for (long webhookId : webhookIds) {
        int held = busy.getOrDefault(webhookId, 0);
        wasFull |= inFlight >= total || held >= perWebhook;
        inFlight--;
        if (held <= 1) {
          busy.remove(webhookId);
        } else {
          busy.put(webhookId, held - 1);
        }
      }
      isMuch = wasLittle && !isLittleFree();
    }
    if (wasFull) {
      whenRoom.run();
    }
    if (isMuch) {
      whenMuchRoom.run();
    }
  }

  private boolean isLittleFree() {
    return total - inFlight < Math.max(1, total / 4);
  }

  synchronized int inFlight() {
    return inFlight;
  }

  int perWebhook() {
    return perWebhook;
  }
}
