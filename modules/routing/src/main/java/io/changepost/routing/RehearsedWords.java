package io.changepost.routing;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.Network;
import io.changepost.delivery.PrepareRequest;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.RecordedOutcome;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/**
 * The words {@code fanOut}, {@code attempt} and {@code outcome} and the {@code attemptQueue} for a
 * Camel of its own in which attempts are rehearsed: the same code, with secrets, slots, connections
 * and figures of its own, of deliveries that nobody made. It posts to this machine alone and never
 * asks the database; what the routes on disk say is not asked either, since they may lead
 * elsewhere.
 *
 * <p>What the JVM compiles holds as long as the code goes the ways it went. So there are more
 * messages at once than slots, of all and of each webhook, and their parts are put together as
 * {@link Vocabulary} puts them together.
 */
public final class RehearsedWords implements AutoCloseable {

  /** The most messages that may come at once. */
  public static final int MOST_TOGETHER = 64;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final RoutingSettings.SlotLimits LIMITS =
      new RoutingSettings.SlotLimits(3 * MOST_TOGETHER / 4, 4);

  /**
   * Three classes that do nothing: where the JVM has met as many, it looks at each call which one
   * it is, and the node's own is one more.
   */
  private static final List<Runnable> ROOM = List.of(() -> {}, () -> {}, () -> {});

  private static final String START = "direct:rehearse";
  private static final String USER_AGENT = "Changepost";

  private final HardenedClient client;
  private final PrepareRequest prepare;
  private final SecretBox box = SecretBox.parse(SecretBox.newKey());
  private final RehearsedRows rows;
  private final Slots slots = new Slots(LIMITS);
  private final RecentAnswers answers = new RecentAnswers();
  private final AttemptQueue queue =
      new AttemptQueue(LIMITS.leases(), Vocabulary.fewThreads(), slots, answers);
  private final Followers followers = new Followers(LIMITS.leases());
  private final OutcomeWriter writer = new OutcomeWriter(this::ended, slots, followers);
  private final Semaphore ended = new Semaphore(0);
  private final AtomicInteger delivered = new AtomicInteger();
  private int calls;

  /**
   * Nothing is started yet.
   *
   * @param clock dates what is told
   * @param receiver on this machine; takes whatever path
   */
  public RehearsedWords(Clock clock, URI receiver) {
    DeliverySettings settings =
        new DeliverySettings(
            TIMEOUT, TIMEOUT, false, Network.parseList("127.0.0.0/8"), LIMITS.total(), USER_AGENT);
    client = new HardenedClient(settings);
    prepare = new PrepareRequest(settings);
    rows = new RehearsedRows(clock, box, TIMEOUT, receiver);
  }

  /** Binds the words; before the routes are loaded. */
  public void bindTo(CamelContext context) {
    context.getRegistry().bind("attemptQueue", queue);
    context.getRegistry().bind("fanOut", new RehearsedFanOut(slots, TIMEOUT));
    context
        .getRegistry()
        .bind(
            "attempt",
            new Attempt(
                prepare, new OpenedSecrets(box), this::handBack, Duration.ZERO, CrashPoint.NONE));
    context
        .getRegistry()
        .bind(
            "outcome",
            new RecordOutcome(
                new DecideByPolicy(context.getRegistry(), 0),
                writer,
                slots,
                answers,
                new SenderStats(slots::inFlight)));
    HardenedComponents.harden(context, client);
    writer.start();
  }

  /**
   * Has some messages posted and waits for their outcomes; one call at a time. The next ones
   * differ.
   *
   * @param camel runs the routes
   * @param messages no more than {@link #MOST_TOGETHER}
   * @return how many were delivered
   * @throws IllegalStateException where some do not end within 5 s; then this is not to be used
   *     again
   */
  public int attempt(ProducerTemplate camel, int messages) throws InterruptedException {
    delivered.set(0);
    slots.whenRoom(ROOM.get(calls % ROOM.size()));
    slots.whenMuchRoom(ROOM.get(calls % ROOM.size()));
    calls++;
    camel.sendBody(START, rows.next(messages));
    if (!ended.tryAcquire(messages, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException(
          "of " + messages + " messages " + delivered.get() + " came through within 5 s");
    }
    return delivered.get();
  }

  /** Nothing was leased, so nothing is given back but the slot. */
  private void handBack(ClaimedDelivery delivery) {
    slots.giveUnused(List.of(delivery));
    ended.release();
  }

  private List<RecordedOutcome> ended(List<AttemptOutcome> outcomes, boolean repeated) {
    for (AttemptOutcome outcome : outcomes) {
      Integer status = outcome.answer().status();
      if (status != null && status / 100 == 2) {
        delivered.incrementAndGet();
      }
    }
    ended.release(outcomes.size());
    return outcomes.stream()
        .map(
            outcome ->
                new RecordedOutcome(outcome, RecordedOutcome.Became.DELIVERED, null, null, false))
        .toList();
  }

  /** Before the routes are stopped: those who wait for an attempt come back at once. */
  public void beginEnding() {
    queue.end();
  }

  /** After the routes are stopped. */
  @Override
  public void close() {
    writer.stop();
    followers.close();
    client.close();
  }
}
