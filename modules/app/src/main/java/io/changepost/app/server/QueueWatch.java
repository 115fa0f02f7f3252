package io.changepost.app.server;

import io.changepost.persistence.delivery.QueueReader;
import io.changepost.persistence.delivery.QueueStats;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits in the database, asked at most every few seconds however often it is looked at. While
 * the database does not answer, the last figures stay. Thread-safe.
 */
final class QueueWatch {

  private static final Logger LOG = LoggerFactory.getLogger(QueueWatch.class);
  private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

  private final QueueReader reader;
  private @Nullable QueueStats last;
  private long readAt;

  QueueWatch(QueueReader reader) {
    this.reader = reader;
  }

  /** The next look asks the database: something was changed. */
  synchronized void forget() {
    readAt = System.nanoTime() - FRESH_NANOS - 1;
  }

  /** Null until the database answered once. */
  synchronized @Nullable QueueStats stats() {
    long now = System.nanoTime();
    if (last == null || now - readAt > FRESH_NANOS) {
      readAt = now;
      try {
        last = reader.read();
      } catch (RuntimeException e) {
        LOG.debug("the queue cannot be read now", e);
      }
    }
    return last;
  }
}
