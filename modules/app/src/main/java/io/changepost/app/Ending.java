package io.changepost.app;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when the process is told to end: one action, one after the other and not beside
 * other hooks, and then exit status 0, which a JVM that is ended by a signal would not give.
 */
final class Ending {

  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** For what comes after the attempts: closing connections, stopping PostgreSQL. */
  private static final Duration AFTERWARDS = Duration.ofSeconds(25);

  private final Thread hook;

  private Ending(Thread hook) {
    this.hook = hook;
  }

  /** Registers the action; where it takes longer than {@code timeout} and some, it is left. */
  static Ending onSignal(Runnable action, Duration timeout) {
    Thread hook = new Thread(() -> end(action, timeout), "changepost-ending");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Ending(hook);
  }

  /**
   * The process ends by itself, with a status of its own.
   *
   * @return false where it was told to end already; then the action is under way, and ends it
   */
  boolean cancel() {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyEnding) {
      return false;
    }
  }

  private static void end(Runnable action, Duration timeout) {
    Thread worker = new Thread(action, "changepost-stop");
    worker.start();
    try {
      worker.join(timeout.plus(AFTERWARDS).toMillis());
      if (worker.isAlive()) {
        LOG.warn("not everything stopped in time; what is left is taken up by the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
