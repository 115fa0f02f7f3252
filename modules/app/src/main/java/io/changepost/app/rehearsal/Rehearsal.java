package io.changepost.app.rehearsal;

import io.changepost.routing.RehearsedWords;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.management.MBeanServerFactory;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ManagementAgent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts some thousand messages that nobody made, to a receiver of its own on the loopback, in a
 * Camel of its own. The JVM runs code slowly until it has run often: without this, the first
 * messages after a start wait for each other for a second. It begins when the node is ready and
 * keeps out of the way: it waits while there are real attempts, and ends after some time however
 * far it came. Nothing of it touches the database, the routes on disk or the figures of the node;
 * where it fails, the first messages are slow and that is all. Thread-safe.
 *
 * <p>It goes in acts, each with all parts anew but the receiver: what happens once, as a first
 * connection or a first secret, else happens before the code is compiled, which then takes it for
 * what never happens and has to be compiled again when the first real messages come.
 */
public final class Rehearsal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(45);
  private static final long LONGEST_REST_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long AWAY_MILLIS = 100;

  /** So many load every class there is to load. */
  private static final int FIRST = 20;

  private static final int FIRST_WITHIN_SECONDS = 15;
  private static final int ENDS_WITHIN_SECONDS = 5;

  private static final int FEW_TOGETHER = 4;

  private static final String ROUTES = "classpath:rehearsal/rehearsal.camel.yaml";

  /**
   * How much is rehearsed.
   *
   * @param acts how often all begins anew
   * @param messages of each act
   * @param rest after so many messages the compiler is waited for: while it has much to do, the JVM
   *     wants code to run several times as often before it is compiled well
   */
  record Extent(int acts, int messages, int rest) {}

  /** The JVM compiles well what ran 5,000 times. */
  private static final Extent WHOLE = new Extent(3, 3_500, 1_000);

  private final BooleanSupplier idle;
  private final Extent extent;
  private final Thread thread = new Thread(this::run, "changepost-rehearsal");
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch told = new CountDownLatch(1);
  private final long begun = System.nanoTime();
  private volatile int messages;

  /** False once the process did not come to rest: something else of it is at work. */
  private boolean rests = true;

  private Rehearsal(BooleanSupplier idle, Extent extent) {
    this.idle = idle;
    this.extent = extent;
  }

  /**
   * Begins it and returns at once.
   *
   * @param idle whether the node has nothing to deliver
   */
  public static Rehearsal begin(BooleanSupplier idle) {
    return begin(idle, WHOLE);
  }

  static Rehearsal begin(BooleanSupplier idle, Extent extent) {
    Rehearsal rehearsal = new Rehearsal(idle, extent);
    rehearsal.thread.setDaemon(true);
    rehearsal.thread.start();
    return rehearsal;
  }

  /** Waits until the first messages are through, or there will be none; for some seconds. */
  public void awaitFirst() throws InterruptedException {
    first.await(FIRST_WITHIN_SECONDS, TimeUnit.SECONDS);
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
    try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
      for (int act = 1; act <= extent.acts() && goesOnWhenIdle(); act++) {
        act(receiver, act * extent.messages());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | LinkageError failed) {
      LOG.warn(
          "{} messages rehearsed, no more, so the first real ones may be slow: {}",
          messages,
          failed.toString());
    } finally {
      first.countDown();
      LOG.debug(
          "{} messages rehearsed in {} ms",
          messages,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
  }

  /** Waits while the node has something to deliver; false where it is to end. */
  private boolean goesOnWhenIdle() throws InterruptedException {
    while (goesOn() && !idle.getAsBoolean()) {
      told.await(AWAY_MILLIS, TimeUnit.MILLISECONDS);
    }
    return goesOn();
  }

  private boolean goesOn() {
    return leftNanos() > 0 && told.getCount() > 0;
  }

  private long leftNanos() {
    return LONGEST_NANOS - (System.nanoTime() - begun);
  }

  private void act(LoopbackReceiver receiver, int until) throws Exception {
    try (RehearsedWords words = new RehearsedWords(Clock.systemUTC(), receiver.url());
        DefaultCamelContext camel = new DefaultCamelContext();
        ProducerTemplate template = start(camel, words)) {
      try {
        rehearse(template, words, until);
      } finally {
        words.beginEnding();
      }
    }
  }

  private static ProducerTemplate start(DefaultCamelContext camel, RehearsedWords words)
      throws Exception {
    camel.getCamelContextExtension().setName("rehearsal");
    camel.getShutdownStrategy().setTimeout(ENDS_WITHIN_SECONDS);
    ManagementAgent agent = camel.getManagementStrategy().getManagementAgent();
    if (agent != null) {
      // Counted as the node's own routes are, but not where anybody looks.
      agent.setMBeanServer(MBeanServerFactory.newMBeanServer());
    }
    words.bindTo(camel);
    Resource routes = PluginHelper.getResourceLoader(camel).resolveResource(ROUTES);
    PluginHelper.getRoutesLoader(camel).loadRoutes(routes);
    camel.start();
    return camel.createProducerTemplate();
  }

  private void rehearse(ProducerTemplate camel, RehearsedWords words, int until)
      throws InterruptedException {
    int rest = messages + extent.rest();
    while (messages < until && goesOnWhenIdle()) {
      int delivered = words.attempt(camel, together(until));
      if (delivered == 0) {
        throw new IllegalStateException("no message came through");
      }
      messages += delivered;
      if (messages >= FIRST) {
        first.countDown();
      }
      if (messages >= rest) {
        rest += extent.rest();
        rests = rests && CompilerRest.await(told, idle, Math.min(LONGEST_REST_NANOS, leftNanos()));
      }
    }
  }

  /**
   * Few in the first act, while they are slow, so that a real one that comes need not wait for
   * many.
   */
  private int together(int until) {
    int most = messages < extent.messages() ? FEW_TOGETHER : RehearsedWords.MOST_TOGETHER;
    return Math.min(until - messages, most);
  }

  /** Has it end soon, and does not wait for that: it holds nothing that others need. */
  @Override
  public void close() {
    told.countDown();
  }
}
