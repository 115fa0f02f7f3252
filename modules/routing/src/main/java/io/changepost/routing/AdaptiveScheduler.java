package io.changepost.routing;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.spi.ScheduledPollConsumerScheduler;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls at once while there is work, and ever more rarely while there is none. The pollers of a
 * node share one lock, so a claim always knows what the one before it took. While the database is
 * away it says so once and tries again with growing pauses. One instance serves one consumer, as
 * its scheduler and as its poll strategy.
 */
final class AdaptiveScheduler extends ServiceSupport
    implements ScheduledPollConsumerScheduler, PollingConsumerPollStrategy {

  private static final Logger LOG = LoggerFactory.getLogger(AdaptiveScheduler.class);
  private static final Duration LONGEST_OUTAGE_PAUSE = Duration.ofSeconds(5);

  /** So that a look at very many takes a part of the database's time, and others come between. */
  private static final Duration BETWEEN_PARTS = Duration.ofMillis(50);

  private final String name;
  private final Lock turn;
  private final Duration shortest;
  private final Duration longest;
  private final Semaphore signal = new Semaphore(0);
  private volatile boolean again;
  private volatile boolean soon;
  private volatile boolean onward;
  private volatile long restNanos;
  private volatile boolean hinted;

  /** In a pause that a hint ends. */
  private volatile boolean pausing;

  private volatile int failures;
  private volatile boolean running;
  private @Nullable CamelContext context;
  private @Nullable Runnable task;
  private @Nullable Thread thread;
  private volatile Runnable beforePoll = () -> {};

  AdaptiveScheduler(String name, Lock turn, Duration shortest, Duration longest) {
    this.name = name;
    this.turn = turn;
    this.shortest = shortest;
    this.longest = longest;
  }

  /** Ends a pause at once; many calls count as one. */
  void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  /**
   * A poll may find something. Ends a pause, but for the shortest after a poll that told {@link
   * #soon()}: what comes meanwhile is gathered for the next one.
   */
  void mayFind() {
    hinted = true;
    if (pausing) {
      wake();
    }
  }

  /** Runs this before each poll, while it holds neither its turn nor a connection. */
  void beforePoll(Runnable action) {
    beforePoll = action;
  }

  /** Called within a poll: there is more, so do not pause. */
  void again() {
    again = true;
  }

  /**
   * Called within a poll: that was a part of a look that goes on. It is neither a success nor the
   * end, so the pause after the last part is as long as it would have been.
   */
  void onward() {
    onward = true;
  }

  /** Called within a poll: more may come soon, so pause as shortly as there is. */
  void soon() {
    soon = true;
  }

  /**
   * Called within a poll: nothing can come of another one for so long, unless it is woken. Hints do
   * not end that.
   */
  void rest(long nanos) {
    restNanos = nanos;
  }

  private void loop() {
    Duration pause = shortest;
    try {
      while (running) {
        signal.drainPermits();
        hinted = false;
        again = false;
        soon = false;
        onward = false;
        restNanos = 0;
        poll();
        if (failures > 0) {
          pause = outagePause();
        } else if (again) {
          pause = shortest;
          continue;
        } else if (restNanos > 0) {
          signal.tryAcquire(restNanos, TimeUnit.NANOSECONDS);
          pause = shortest;
          continue;
        } else if (soon) {
          pause = shortest;
        } else if (onward) {
          signal.tryAcquire(BETWEEN_PARTS.toNanos(), TimeUnit.NANOSECONDS);
          continue;
        }
        boolean woken = pause(pause);
        pause = woken ? shortest : longer(pause);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** True where it was ended. */
  private boolean pause(Duration pause) throws InterruptedException {
    if (soon && failures == 0) {
      return signal.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
    }
    pausing = true;
    try {
      // Asked after it was told that there is a pause, so that no hint is missed.
      return hinted || signal.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      pausing = false;
    }
  }

  private void poll() throws InterruptedException {
    Runnable poll = task;
    if (poll == null) {
      return;
    }
    try {
      beforePoll.run();
    } catch (RuntimeException | Error failed) {
      // A class that cannot be loaded, or a thread that cannot be made, must not end all polls.
      LOG.error("{}: what comes before a poll failed", name, failed);
    }
    turn.lockInterruptibly();
    try {
      poll.run();
    } finally {
      turn.unlock();
    }
  }

  private Duration longer(Duration pause) {
    // A quarter more each time: two seconds of quiet until the longest pause.
    Duration next = pause.plus(pause.dividedBy(4)).plusNanos(1);
    return next.compareTo(longest) > 0 ? longest : next;
  }

  private Duration outagePause() {
    Duration pause = Duration.ofMillis(100L << Math.min(failures, 6));
    return pause.compareTo(LONGEST_OUTAGE_PAUSE) > 0 ? LONGEST_OUTAGE_PAUSE : pause;
  }

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    return true;
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    if (failures > 0) {
      LOG.info("{}: the database answers again", name);
      failures = 0;
    }
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retries, Exception cause) {
    if (failures++ == 0) {
      LOG.warn("{}: the database does not answer, trying again: {}", name, rootMessage(cause));
    }
    return false;
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName() + ": " + root.getMessage();
  }

  @Override
  public void onInit(Consumer consumer) {}

  @Override
  public void scheduleTask(Runnable task) {
    this.task = task;
  }

  @Override
  public void unscheduleTask() {
    task = null;
  }

  @Override
  public void startScheduler() {
    if (!running) {
      running = true;
      Thread started = new Thread(this::loop, "changepost-" + name);
      started.setDaemon(true);
      thread = started;
      started.start();
    }
  }

  @Override
  public boolean isSchedulerStarted() {
    return running;
  }

  @Override
  protected void doStop() {
    stopPolling();
  }

  @Override
  protected void doShutdown() {
    stopPolling();
  }

  private void stopPolling() {
    running = false;
    wake();
    Thread ending = thread;
    if (ending != null && ending != Thread.currentThread()) {
      try {
        ending.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    thread = null;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }
}
