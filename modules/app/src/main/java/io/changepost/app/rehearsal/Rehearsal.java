package io.changepost.app.rehearsal;

import io.changepost.routing.RehearsedWords;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts up to 3,000 messages that nobody made, to a receiver of its own on the loopback, in a
 * Camel of its own. The JVM runs code slowly until it has run often: without this, the first
 * messages after a start wait for each other for a second. It begins when the node is ready and
 * keeps out of the way: it waits while there are real attempts, and ends after some seconds however
 * far it came. Nothing of it touches the database, the routes on disk or the figures of the node;
 * where it fails, the first messages are slow and that is all. Thread-safe.
 */
public final class Rehearsal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private static final int MESSAGES = 3_000;
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long AWAY_MILLIS = 100;

  /** So many load every class there is to load. */
  private static final int FIRST = 20;

  private static final String ROUTES = "classpath:rehearsal/rehearsal.camel.yaml";

  private final BooleanSupplier idle;
  private final int most;
  private final Thread thread = new Thread(this::run, "changepost-rehearsal");
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private volatile int messages;

  private Rehearsal(BooleanSupplier idle, int most) {
    this.idle = idle;
    this.most = most;
  }

  /**
   * Begins it and returns at once.
   *
   * @param idle whether the node has nothing to deliver
   */
  public static Rehearsal begin(BooleanSupplier idle) {
    return begin(idle, MESSAGES);
  }

  static Rehearsal begin(BooleanSupplier idle, int most) {
    Rehearsal rehearsal = new Rehearsal(idle, most);
    rehearsal.thread.setDaemon(true);
    rehearsal.thread.start();
    return rehearsal;
  }

  /** Waits until the first messages are through, or there will be none. */
  public void awaitFirst() throws InterruptedException {
    first.await(LONGEST_NANOS, TimeUnit.NANOSECONDS);
  }

  /** Waits until it is over. */
  void awaitEnd() throws InterruptedException {
    thread.join();
  }

  boolean isOver() {
    return !thread.isAlive();
  }

  /** Messages delivered so far. */
  int messages() {
    return messages;
  }

  private void run() {
    long begun = System.nanoTime();
    try (LoopbackReceiver receiver = LoopbackReceiver.open();
        RehearsedWords words = new RehearsedWords(Clock.systemUTC());
        DefaultCamelContext camel = new DefaultCamelContext()) {
      start(camel, words);
      rehearse(camel, words, receiver, begun);
      words.beginEnding();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | LinkageError failed) {
      LOG.warn("not rehearsed, so the first messages will be slow: {}", failed.toString());
    } finally {
      first.countDown();
      LOG.debug(
          "{} messages rehearsed in {} ms",
          messages,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
  }

  private static void start(DefaultCamelContext camel, RehearsedWords words) throws Exception {
    camel.disableJMX();
    camel.getCamelContextExtension().setName("rehearsal");
    words.bindTo(camel);
    Resource routes = PluginHelper.getResourceLoader(camel).resolveResource(ROUTES);
    PluginHelper.getRoutesLoader(camel).loadRoutes(routes);
    camel.start();
  }

  private void rehearse(
      CamelContext camel, RehearsedWords words, LoopbackReceiver receiver, long begun)
      throws InterruptedException {
    while (messages < most && System.nanoTime() - begun < LONGEST_NANOS && told.getCount() > 0) {
      if (idle.getAsBoolean()) {
        int delivered = words.attempt(camel, receiver.url());
        if (delivered == 0) {
          throw new IllegalStateException("no message came through within 5 s");
        }
        messages += delivered;
        if (messages >= FIRST) {
          first.countDown();
        }
      } else {
        told.await(AWAY_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Has it end soon, and does not wait for that: it holds nothing that others need. */
  @Override
  public void close() {
    told.countDown();
  }
}
