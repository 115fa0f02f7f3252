package io.changepost.routing;

import java.util.AbstractQueue;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * What hands leased deliveries to the threads that attempt them, first come, first served. A thread
 * that has just finished takes the next one without a pause. Only a few sleeping threads are woken
 * at a time, the one that fell asleep last first, and each wakes the next one when it runs: where
 * endpoints are slow, all threads are at work within milliseconds, and where the processors are
 * what is scarce, few threads do all the work. An ordinary queue wakes a thread for every delivery,
 * which costs a tenth of it. Bounded, thread-safe.
 */
final class AttemptQueue extends AbstractQueue<Exchange> implements BlockingQueue<Exchange> {

  /** Woken and not yet running; one for each processor of a small machine. */
  private static final int MOST_WAKING = 2;

  private static final class Sleeper {
    private final Thread thread = Thread.currentThread();
    private boolean woken;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Exchange> items = new ArrayDeque<>();

  /** Last asleep first. */
  private final Deque<Sleeper> asleep = new ArrayDeque<>();

  private final int capacity;
  private int waking;

  /**
   * @param capacity the most that may wait; an offer beyond it is refused
   */
  AttemptQueue(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public boolean offer(Exchange item) {
    Thread wake;
    lock.lock();
    try {
      if (items.size() >= capacity) {
        return false;
      }
      items.addLast(item);
      wake = next();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(wake);
    return true;
  }

  /** Whom to wake, where something waits to be done and few are on their way to it. */
  private @Nullable Thread next() {
    if (items.size() <= waking || waking >= MOST_WAKING || asleep.isEmpty()) {
      return null;
    }
    Sleeper sleeper = asleep.removeFirst();
    sleeper.woken = true;
    waking++;
    return sleeper.thread;
  }

  @Override
  public @Nullable Exchange poll(long timeout, TimeUnit unit) throws InterruptedException {
    Exchange item;
    Thread wake;
    lock.lockInterruptibly();
    try {
      item = items.pollFirst();
      if (item == null) {
        item = sleep(System.nanoTime() + unit.toNanos(timeout));
      }
      wake = next();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(wake);
    return item;
  }

  /** Sleeps with the lock released; holds it again when it returns. */
  private @Nullable Exchange sleep(long deadline) throws InterruptedException {
    Sleeper self = new Sleeper();
    asleep.addFirst(self);
    while (true) {
      long left = deadline - System.nanoTime();
      boolean interrupted = false;
      if (!self.woken && left > 0) {
        lock.unlock();
        try {
          LockSupport.parkNanos(this, left);
          interrupted = Thread.interrupted();
        } finally {
          lock.lock();
        }
      }
      if (self.woken) {
        self.woken = false;
        waking--;
        if (interrupted) {
          // Whoever is next takes over what this one was woken for.
          LockSupport.unpark(next());
          throw new InterruptedException();
        }
        Exchange item = items.pollFirst();
        if (item != null || left <= 0) {
          return item;
        }
        // One that never slept was faster.
        asleep.addFirst(self);
      } else if (interrupted) {
        asleep.removeLastOccurrence(self);
        throw new InterruptedException();
      } else if (left <= 0) {
        // The longest asleep are at the end.
        asleep.removeLastOccurrence(self);
        return items.pollFirst();
      }
    }
  }

  @Override
  public @Nullable Exchange poll() {
    lock.lock();
    try {
      return items.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Exchange peek() {
    lock.lock();
    try {
      return items.peekFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Exchange take() throws InterruptedException {
    Exchange item = null;
    while (item == null) {
      item = poll(1, TimeUnit.MINUTES);
    }
    return item;
  }

  /** Does not wait: claims never ask for more than there is room for. */
  @Override
  public void put(Exchange item) {
    add(item);
  }

  /** Does not wait, like {@link #put}. */
  @Override
  public boolean offer(Exchange item, long timeout, TimeUnit unit) {
    return offer(item);
  }

  @Override
  public int remainingCapacity() {
    return capacity - size();
  }

  @Override
  public int size() {
    lock.lock();
    try {
      return items.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int drainTo(Collection<? super Exchange> to) {
    return drainTo(to, Integer.MAX_VALUE);
  }

  @Override
  public int drainTo(Collection<? super Exchange> to, int most) {
    lock.lock();
    try {
      int drained = 0;
      while (drained < most && !items.isEmpty()) {
        to.add(items.removeFirst());
        drained++;
      }
      return drained;
    } finally {
      lock.unlock();
    }
  }

  /** Over what there was when it was asked for. */
  @Override
  public Iterator<Exchange> iterator() {
    lock.lock();
    try {
      return List.copyOf(items).iterator();
    } finally {
      lock.unlock();
    }
  }
}
