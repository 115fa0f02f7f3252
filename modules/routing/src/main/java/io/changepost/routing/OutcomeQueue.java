package io.changepost.routing;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written. Whoever writes takes all of it at once; where many more come within a
 * few milliseconds it waits for them first, because a statement costs as much as thirty of its
 * outcomes. For many that add, and one that takes.
 */
final class OutcomeQueue<T> {

  private static final int MOST_AT_ONCE = 1_000;

  private final BlockingQueue<T> queue = new LinkedBlockingQueue<>();
  private final IntSupplier coming;
  private final long longestNanos;
  private volatile @Nullable Thread gathering;
  private volatile int wanted;

  /**
   * @param coming how many are worth waiting for in that time
   */
  OutcomeQueue(IntSupplier coming, long longestNanos) {
    this.coming = coming;
    this.longestNanos = longestNanos;
  }

  void add(T waiting) {
    queue.add(waiting);
    Thread taker = gathering;
    // Not by each, because a wake-up costs as much as signing a message.
    if (taker != null && queue.size() >= wanted) {
      LockSupport.unpark(taker);
    }
  }

  int size() {
    return queue.size();
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /** One of them, or null. */
  @Nullable T poll() {
    return queue.poll();
  }

  /** Adds to a batch that is empty what is there; nothing where for a while there is nothing. */
  void take(List<T> batch) throws InterruptedException {
    T first = queue.poll(100, TimeUnit.MILLISECONDS);
    if (first == null) {
      return;
    }
    batch.add(first);
    queue.drainTo(batch, MOST_AT_ONCE - batch.size());
    int worth = Math.min(MOST_AT_ONCE, coming.getAsInt());
    if (batch.size() < worth) {
      gather(worth - batch.size());
      queue.drainTo(batch, MOST_AT_ONCE - batch.size());
    }
  }

  private void gather(int more) throws InterruptedException {
    long end = System.nanoTime() + longestNanos;
    wanted = more;
    gathering = Thread.currentThread();
    try {
      for (long left = longestNanos;
          left > 0 && queue.size() < more;
          left = end - System.nanoTime()) {
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      gathering = null;
    }
  }
}
