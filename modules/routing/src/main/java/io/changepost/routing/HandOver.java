package io.changepost.routing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands what stands in {@link Line} to the threads that ask for it. A thread that has just finished
 * takes the next one without a pause. {@link AtWork} says how many are at work at once; the others
 * sleep. Only a few sleeping ones are woken at a time, the one that fell asleep last first, and
 * each wakes the next one when it runs. Thread-safe.
 */
final class HandOver {

  /** Woken and not yet running; one for each processor of a small machine. */
  private static final int MOST_WAKING = 2;

  /** Camel ends a thread when it comes back without anything to do, and waits for all of them. */
  private static final long LONGEST_AT_THE_END_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final class Sleeper {
    private final Thread thread = Thread.currentThread();
    private boolean woken;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Line line;
  private final AtWork atWork;
  private final LongSupplier nanoTime;

  /** Last asleep first. */
  private final Deque<Sleeper> asleep = new ArrayDeque<>();

  private final ThreadLocal<AtWork.@Nullable Turn> turn = new ThreadLocal<>();
  private int waking;
  private boolean ending;

  /** Looks again in a moment, while something waits and nobody may take it yet. */
  private @Nullable Sleeper watch;

  /**
   * @param nanoTime tells who is slow; how long a thread sleeps is by the machine's own clock
   */
  HandOver(Line line, AtWork atWork, LongSupplier nanoTime) {
    this.line = line;
    this.atWork = atWork;
    this.nanoTime = nanoTime;
  }

  /** Adds them in their order until so many wait; false where that leaves some out. */
  boolean add(List<Waiting> items, int most) {
    return changed(
        line -> {
          int fit = Math.min(items.size(), Math.max(0, most - line.size()));
          items.subList(0, fit).forEach(line::add);
          return fit == items.size();
        });
  }

  /** Slots of these webhooks were given back. */
  void ended(List<Long> webhooks) {
    changed(
        line -> {
          webhooks.forEach(line::ended);
          return true;
        });
  }

  /** Does something with the line; wakes a thread where one more may begin then. */
  <T> T changed(Function<Line, T> action) {
    T result;
    Thread wake;
    lock.lock();
    try {
      result = action.apply(line);
      wake = next();
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(wake);
    return result;
  }

  /** From now on no thread sleeps for long; those asleep come back soon. */
  void end() {
    lock.lock();
    try {
      ending = true;
      asleep.forEach(sleeper -> LockSupport.unpark(sleeper.thread));
    } finally {
      lock.unlock();
    }
  }

  /** Whom to wake, where something may begin and few are on their way to it. */
  private @Nullable Thread next() {
    if (line.ready() <= waking || waking >= MOST_WAKING || asleep.isEmpty()) {
      return null;
    }
    boolean hasRoom = atWork.hasRoom(nanoTime.getAsLong(), waking);
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

  /** The next one, with its slot taken; null where there was none for so long. */
  @Nullable Waiting take(long nanos) throws InterruptedException {
    Waiting item;
    Thread wake;
    lock.lockInterruptibly();
    try {
      finish();
      item = begin();
      if (item == null) {
        item = sleep(System.nanoTime(), nanos);
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

  private @Nullable Waiting begin() {
    long now = nanoTime.getAsLong();
    Waiting item = atWork.hasRoom(now, 0) ? line.next() : null;
    if (item != null) {
      turn.set(atWork.begin(now));
    }
    return item;
  }

  /** Sleeps with the lock released; holds it again when it returns. */
  private @Nullable Waiting sleep(long from, long nanos) throws InterruptedException {
    Sleeper self = new Sleeper();
    asleep.addFirst(self);
    while (true) {
      if (watch == null && line.ready() > 0) {
        watch = self;
      }
      long most = ending ? Math.min(nanos, LONGEST_AT_THE_END_NANOS) : nanos;
      long left = from + most - System.nanoTime();
      boolean interrupted = !self.woken && left > 0 && park(self, left);
      boolean woken = self.woken;
      if (woken) {
        self.woken = false;
        waking--;
      }
      Waiting item = interrupted ? null : begin();
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
      if (line.ready() == 0) {
        leaveWatch(self);
      }
    }
  }

  /** True where it was interrupted. */
  private boolean park(Sleeper self, long left) {
    long nap = watch == self ? Math.min(left, atWork.quickNanos(nanoTime.getAsLong())) : left;
    lock.unlock();
    try {
      LockSupport.parkNanos(this, nap);
      return Thread.interrupted();
    } finally {
      lock.lock();
    }
  }

  private void leaveWatch(Sleeper self) {
    if (watch == self) {
      watch = null;
    }
  }
}
