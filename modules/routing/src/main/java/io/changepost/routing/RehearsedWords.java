package io.changepost.routing;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.Network;
import io.changepost.delivery.PrepareRequest;
import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import io.changepost.domain.SigningSecret;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.RecordedOutcome;
import io.changepost.persistence.webhook.Sealed;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * The words {@code attempt} and {@code outcome} and the {@code attemptQueue} for a Camel of its own
 * in which attempts are rehearsed: the same code, with secrets, slots, connections and figures of
 * its own, of deliveries that nobody made. It posts to this machine alone and never asks the
 * database; what the routes on disk say is not asked either, since they may lead elsewhere.
 */
public final class RehearsedWords implements AutoCloseable {

  /** Attempts handed over at once. */
  private static final int TOGETHER = 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final RoutingSettings.SlotLimits LIMITS =
      new RoutingSettings.SlotLimits(2 * TOGETHER, TOGETHER);
  private static final String USER_AGENT = "Changepost";

  /** JSON texts: plain, with escapes, and with more than ASCII. */
  private static final List<String> NAMES =
      List.of(
          "contract 7", "first line\\nsecond \\\"line\\\"", "Vertrag f\u00fcr B\u00fcro 2 \u2713");

  private final Clock clock;
  private final HardenedClient client;
  private final PrepareRequest prepare;
  private final SecretBox box = SecretBox.parse(SecretBox.newKey());
  private final List<String> secrets;
  private final Slots slots = new Slots(LIMITS, System::nanoTime);
  private final RecentAnswers answers = new RecentAnswers(System::nanoTime);
  private final AttemptQueue queue =
      new AttemptQueue(LIMITS.leases(), TOGETHER, slots, answers::isAnswering);
  private final Followers followers = new Followers(LIMITS.leases());
  private final OutcomeWriter writer = new OutcomeWriter(this::ended, slots, followers);
  private final Semaphore ended = new Semaphore(0);
  private final AtomicInteger delivered = new AtomicInteger();
  private long changes;

  /**
   * Nothing is started yet.
   *
   * @param clock dates what is told
   */
  public RehearsedWords(Clock clock) {
    this.clock = clock;
    DeliverySettings settings =
        new DeliverySettings(
            TIMEOUT, TIMEOUT, false, Network.parseList("127.0.0.0/8"), TOGETHER, USER_AGENT);
    client = new HardenedClient(settings);
    prepare = new PrepareRequest(settings);
    byte[] secret = Sealed.seal(SigningSecret.generate(new SecureRandom()), box);
    secrets =
        List.of(SigningSecret.Kind.HMAC.word() + ":" + Base64.getEncoder().encodeToString(secret));
  }

  /** Binds the words; before the routes are loaded. */
  public void bindTo(CamelContext context) {
    context.getRegistry().bind("attemptQueue", queue);
    context
        .getRegistry()
        .bind(
            "attempt",
            new Attempt(
                prepare, new OpenedSecrets(box), this::handBack, Duration.ZERO, stage -> {}));
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
   * Has some messages posted and waits for their outcomes; one at a time. The next ones differ.
   *
   * @param url on this machine
   * @return how many were delivered; none where something is wrong
   */
  public int attempt(CamelContext context, URI url) throws InterruptedException {
    delivered.set(0);
    List<Leased> some =
        IntStream.rangeClosed(1, TOGETHER).mapToObj(webhook -> leased(webhook, url)).toList();
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(some);
    queue.add(exchange);
    boolean over = ended.tryAcquire(TOGETHER, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    return over ? delivered.get() : 0;
  }

  private Leased leased(int webhook, URI url) {
    Instant now = clock.instant();
    ClaimedDelivery delivery =
        new ClaimedDelivery(
            new MessageId(++changes, webhook, changes),
            webhook,
            1,
            1,
            changes,
            now,
            TIMEOUT.toMillis(),
            now,
            url.toString(),
            null,
            secrets,
            change(now),
            null);
    slots.take(delivery);
    long read = System.nanoTime();
    return new Leased(delivery, read + TIMEOUT.toNanos(), read);
  }

  /** Now a row that was made, now one that was changed, with what columns hold mostly. */
  private Change change(Instant now) {
    boolean isNew = changes % 2 == 0;
    return new Change(
        changes,
        "Document",
        isNew ? "create" : "update",
        Long.toString(changes),
        now,
        row(NAMES.get((int) (changes / 2 % NAMES.size())), now),
        isNew ? null : row("plan", now),
        true,
        false,
        null);
  }

  private String row(String name, Instant now) {
    return """
        {"id":%d,"company_id":7,"organization_id":null,"name":"%s","url":"%s","signed":true,"created_at":"%s"}"""
        .formatted(changes, name, "https://example.com/".repeat(10), now);
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
