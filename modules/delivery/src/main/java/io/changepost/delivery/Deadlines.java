package io.changepost.delivery;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.hc.core5.concurrent.Cancellable;

/**
 * Aborts what is not done in time. One thread looks over the few hundred attempts under way every
 * 10 ms, which costs an attempt no more than a place in a map: cheaper than a timer each.
 */
final class Deadlines implements AutoCloseable {

  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final long nanos;
  private final Runnable sweep;
  private final Set<Attempt> running = ConcurrentHashMap.newKeySet();
  private final Thread watch;
  private final ExecutorService aborts;
  private volatile boolean closed;

  /** By the watch alone. */
  private long swept = System.nanoTime();

  /**
   * @param sweep what is to be done every 5 s beside the watch, such as closing idle connections
   */
  Deadlines(Duration limit, Runnable sweep) {
    this(limit, sweep, Executors.newCachedThreadPool(DaemonThreads.named("abort")));
  }

  Deadlines(Duration limit, Runnable sweep, ExecutorService aborts) {
    this.sweep = sweep;
    this.aborts = aborts;
    this.nanos = limit.toNanos();
    this.watch = DaemonThreads.named("deadlines").newThread(this::watch);
    watch.start();
  }

  /** One attempt under way. */
  static final class Attempt {
    private final Cancellable request;
    private final long end;
    private volatile boolean expired;

    private Attempt(Cancellable request, long end) {
      this.request = request;
      this.end = end;
    }

    /** True from just before the abort on. */
    boolean isExpired() {
      return expired;
    }
  }

  /** Starts the clock for {@code request}; give what is returned to {@link #finish}. */
  Attempt start(Cancellable request) {
    Attempt attempt = new Attempt(request, System.nanoTime() + nanos);
    running.add(attempt);
    return attempt;
  }

  void finish(Attempt attempt) {
    running.remove(attempt);
  }

  /**
   * Runs something that may block, such as closing a TLS socket, soon and on another thread. False
   * where there is no thread for it: none is left, or it is after the end, with all connections
   * closed.
   */
  boolean aside(Runnable work) {
    try {
      aborts.execute(work);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError none) {
      return false;
    }
  }

  private void watch() {
    watchUntilClosed();
    aborts.shutdown();
  }

  /** What is under way at the end comes to its deadline all the same. */
  private void watchUntilClosed() {
    while (!closed || !running.isEmpty()) {
      LockSupport.parkNanos(TICK_NANOS);
      try {
        look(System.nanoTime());
      } catch (OutOfMemoryError | LinkageError lacking) {
        // No memory, or no thread, for a moment. At the next tick, then: nothing else ends a read
        // that the peer leaves without an answer.
      }
    }
  }

  private void look(long now) {
    if (now - swept >= SWEEP_NANOS) {
      swept = now;
      aborts.execute(sweep);
    }
    for (Attempt attempt : running) {
      if (now - attempt.end >= 0) {
        attempt.expired = true;
        // Closing a TLS socket can block, which must not hold up the other deadlines.
        aborts.execute(attempt.request::cancel);
        running.remove(attempt);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watch);
  }
}
