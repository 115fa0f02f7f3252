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
  private final ExecutorService aborts =
      Executors.newCachedThreadPool(DaemonThreads.named("abort"));
  private volatile boolean closed;

  /**
   * @param sweep what is to be done every 5 s beside the watch, such as closing idle connections
   */
  Deadlines(Duration limit, Runnable sweep) {
    this.sweep = sweep;
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
   * Runs something that may block, such as closing a TLS socket, soon and on another thread; not
   * after the end.
   */
  void aside(Runnable work) {
    try {
      aborts.execute(work);
    } catch (RejectedExecutionException closed) {
      // All connections are closed by then.
    }
  }

  private void watch() {
    watchUntilClosed();
    aborts.shutdown();
  }

  private void watchUntilClosed() {
    long swept = System.nanoTime();
    while (!closed) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      if (now - swept >= SWEEP_NANOS) {
        swept = now;
        unlessThreadsLack(() -> aborts.execute(sweep));
      }
      for (Attempt attempt : running) {
        if (now - attempt.end >= 0) {
          attempt.expired = true;
          unlessThreadsLack(
              () -> {
                // Closing a TLS socket can block, which must not hold up the other deadlines.
                aborts.execute(attempt.request::cancel);
                running.remove(attempt);
              });
        }
      }
    }
  }

  private static void unlessThreadsLack(Runnable work) {
    try {
      work.run();
    } catch (OutOfMemoryError none) {
      // At the next tick, then: nothing else ends a read that the peer leaves without an answer.
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(watch);
  }
}
