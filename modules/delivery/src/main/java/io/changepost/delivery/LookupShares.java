package io.changepost.delivery;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Who may have a thread of the lookups. A host whose last lookup ended in time may have any; all
 * others share half of them. A lookup holds its thread for as long as the system's resolver tries,
 * so names whose servers never answer would else take every thread from everybody. Names that
 * answered until now and hang all at once may still do, each for one lookup. Thread-safe.
 */
final class LookupShares {

  /** So many hosts are known at most: those that were looked up last. */
  private static final int MOST = 50_000;

  private final Semaphore strangers;
  private final long promptNanos;
  private final LongSupplier nanos;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param prompt what a lookup takes at most that ends in time
   * @param nanos as of {@link System#nanoTime}
   */
  LookupShares(int threads, Duration prompt, LongSupplier nanos) {
    this.strangers = new Semaphore(Math.max(1, threads / 2));
    this.promptNanos = prompt.toNanos();
    this.nanos = nanos;
  }

  /**
   * The share of a lookup that begins now.
   *
   * @throws RejectedExecutionException where there is none for that host
   */
  Share take(String host) {
    Share share = new Share(host, isKnown(host), nanos.getAsLong());
    if (!share.wasKnown && !strangers.tryAcquire()) {
      throw new RejectedExecutionException("too many lookups of hosts not known to answer");
    }
    return share;
  }

  private synchronized boolean isKnown(String host) {
    return known.contains(host);
  }

  private synchronized void forget(String host) {
    known.remove(host);
  }

  private synchronized void remember(String host) {
    known.remove(host);
    known.add(host);
    if (known.size() > MOST) {
      Iterator<String> oldestFirst = known.iterator();
      oldestFirst.next();
      oldestFirst.remove();
    }
  }

  /** One lookup's; to be ended or given back once. */
  final class Share {

    private final String host;
    private final boolean wasKnown;
    private final long start;

    private Share(String host, boolean wasKnown, long start) {
      this.host = host;
      this.wasKnown = wasKnown;
      this.start = start;
    }

    /** The lookup has ended, be it with no such name: that is an answer too. */
    void ended() {
      giveBack();
      if (nanos.getAsLong() - start < promptNanos) {
        remember(host);
      } else {
        forget(host);
      }
    }

    /** The lookup was not begun. */
    void giveBack() {
      if (!wasKnown) {
        strangers.release();
      }
    }
  }
}
