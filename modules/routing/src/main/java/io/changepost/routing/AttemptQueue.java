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
 * that has just finished takes the next one without a pause. {@link AtWork} says how many threads
 * attempt at once; the others sleep. Only a few sleeping ones are woken at a time, the one that
 * fell asleep last first, and each wakes the next one when it runs. An ordinary queue wakes a
 * thread for every delivery, which costs a third of it. Bounded, thread-safe.
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
  private final AtWork atWork;
  private final ThreadLocal<AtWork.@Nullable Turn> turn = new ThreadLocal<>();
  private int waking;

  /** Looks again in a moment, while something waits and nobody may take it yet. */
  private @Nullable Sleeper watch;

  /**
   * @param capacity the most that may wait; an offer beyond it is refused
   * @param few threads that may be at work however quick the attempts are
   */
  AttemptQueue(int capacity, int few) {
    this.capacity = capacity;
    this.atWork = new AtWork(few);
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
    boolean hasRoom = atWork.hasRoom(System.nanoTime(), waking);
    if (!hasRoom && watch != null) {
      return null;
    }
    Sleeper sleeper = asleep.removeFirst();
    if (!hasRoom) {
      watch = sleeper;
    }
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
      finish();
      item = begin();
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

  /** A thread that asks for the next one has ended the one before. */
  private void finish() {
    AtWork.Turn ended = turn.get();
    if (ended != null) {
      atWork.end(ended);
    }
  }

  /** The first one, where there is one and one more thread should be at work. */
  private @Nullable Exchange begin() {
    long now = System.nanoTime();
    if (items.isEmpty() || !atWork.hasRoom(now, 0)) {
      return null;
    }
    turn.set(atWork.begin(now));
    return items.pollFirst();
  }

  /** Sleeps with the lock released; holds it again when it returns. */
  private @Nullable Exchange sleep(long deadline) throws InterruptedException {
    Sleeper self = new Sleeper();
    asleep.addFirst(self);
    while (true) {
      if (watch == null && !items.isEmpty()) {
        watch = self;
      }
      long left = deadline - System.nanoTime();
      boolean interrupted = false;
      if (!self.woken && left > 0) {
        lock.unlock();
        try {
          LockSupport.parkNanos(this, watch == self ? Math.min(left, AtWork.QUICK_NANOS) : left);
          interrupted = Thread.interrupted();
        } finally {
          lock.lock();
        }
      }
      boolean woken = self.woken;
      if (woken) {
        self.woken = false;
        waking--;
      }
      Exchange item = interrupted ? null : begin();
      if (interrupted || item != null || left <= 0) {
        if (!woken) {
          // The longest asleep, which time out, are at the end.
          asleep.removeLastOccurrence(self);
        }
        leaveWatch(self);
        if (interrupted) {
          // Whoever is next takes over what this one was woken for.
          LockSupport.unpark(next());
          throw new InterruptedException();
        }
        return item;
      }
      if (woken) {
        // One that never slept was faster, or enough are at work.
        asleep.addFirst(self);
      }
      if (items.isEmpty()) {
        leaveWatch(self);
      }
    }
  }

  private void leaveWatch(Sleeper self) {
    if (watch == self) {
      watch = null;
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
