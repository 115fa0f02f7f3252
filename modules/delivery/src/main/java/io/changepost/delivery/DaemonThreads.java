package io.changepost.delivery;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Names our threads, so that a thread dump says what they are for. */
final class DaemonThreads {

  private DaemonThreads() {}

  static ThreadFactory named(String purpose) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "changepost-" + purpose + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
