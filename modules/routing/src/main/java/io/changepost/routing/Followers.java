package io.changepost.routing;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that take exchanges through what a route does after the outcome: mostly nothing, at
 * times a message to a chat. So neither the threads that attempt nor the one that writes outcomes
 * wait for it. Where these steps are slower than the outcomes come, {@link #admit} waits, and with
 * it the attempts; steps that go on elsewhere, asynchronously, count until they are over.
 * Thread-safe.
 */
final class Followers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Followers.class);
  private static final int THREADS = 32;

  /** Waking a thread for each would cost more than what most of them have to do. */
  private static final int AT_ONCE = 32;

  /**
   * An asynchronous step that is never heard of again must not take its room for ever, or attempts
   * would stop one day.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * What is to be done for one that was admitted.
   *
   * @param work takes it on its way; may return before the end of it
   * @param over completes at the end
   */
  record Step(Runnable work, CompletableFuture<?> over) {}

  private final Semaphore room;
  private final ExecutorService threads;
  private final Duration patience;

  /**
   * @param most exchanges that may be on their way, those that still wait for their outcome too
   */
  Followers(int most) {
    this(most, PATIENCE);
  }

  Followers(int most, Duration patience) {
    this.patience = patience;
    room = new Semaphore(most);
    AtomicInteger count = new AtomicInteger();
    threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "changepost-follower-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Waits for room for one more; every one admitted is followed later. */
  void admit() {
    room.acquireUninterruptibly();
  }

  /** Runs these steps of admitted ones soon, on other threads. */
  void follow(List<Step> steps) {
    for (int from = 0; from < steps.size(); from += AT_ONCE) {
      List<Step> some = List.copyOf(steps.subList(from, Math.min(steps.size(), from + AT_ONCE)));
      try {
        threads.execute(() -> run(some));
      } catch (RejectedExecutionException closed) {
        run(some);
      }
    }
  }

  private void run(List<Step> steps) {
    for (Step step : steps) {
      try {
        step.work().run();
      } catch (RuntimeException | Error unexpected) {
        // An error too: those behind this one must come to their end.
        LOG.error("what follows an outcome failed", unexpected);
        step.over().cancel(false);
      } finally {
        leave(step.over());
      }
    }
  }

  private void leave(CompletableFuture<?> over) {
    if (over.isDone()) {
      room.release();
    } else {
      over.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete((nothing, late) -> room.release());
    }
  }

  /** Lets what was handed over end, for 10 s at most. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      threads.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
