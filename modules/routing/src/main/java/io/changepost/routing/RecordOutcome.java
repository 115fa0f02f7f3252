package io.changepost.routing;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.DecideOutcome;
import io.changepost.domain.Outcome;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.RecordedOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code outcome}: decides what becomes of a delivery and has it committed. */
public final class RecordOutcome {

  private static final Logger LOG = LoggerFactory.getLogger(RecordOutcome.class);

  private final Supplier<DecideOutcome> decide;
  private final OutcomeWriter writer;
  private final Slots slots;
  private final RecentAnswers answers;
  private final SenderStats stats;

  RecordOutcome(
      Supplier<DecideOutcome> decide,
      OutcomeWriter writer,
      Slots slots,
      RecentAnswers answers,
      SenderStats stats) {
    this.decide = decide;
    this.writer = writer;
    this.slots = slots;
    this.answers = answers;
    this.stats = stats;
  }

  /**
   * Writes the outcome and gives the slot back; the route goes on when it is committed. The body is
   * then a map with {@code webhookId}, {@code organizationId}, {@code messageId}, {@code became}
   * and, where it failed, {@code reason}; {@code webhookBecameInactive}, there and as a property of
   * the exchange, tells whether this outcome made the webhook inactive. Where a route copied the
   * exchange, the first outcome counts.
   */
  public CompletionStage<Map<String, Object>> record(Exchange exchange) {
    Leased leased = exchange.getProperty(Attempt.LEASED, Leased.class);
    Answer answer = exchange.getProperty(Attempt.ANSWER, Answer.class);
    ClaimedDelivery delivery = leased.delivery();
    if (!leased.end()) {
      LOG.warn(
          "webhook {} message {}: a route handed in a second outcome of one attempt, it is dropped",
          delivery.id().webhookId(),
          delivery.id().text());
      exchange.setProperty("webhookBecameInactive", false);
      return CompletableFuture.completedFuture(body(delivery, null));
    }
    answers.note(delivery.id().webhookId(), answer);
    slots.answered(delivery.id().webhookId());
    return writer
        .write(decided(delivery, answer), leased.leaseEnds(), over(exchange))
        .thenApply(
            recorded -> {
              if (recorded != null) {
                stats.count(recorded);
                tell(leased, answer, recorded);
              }
              // What follows may take its time, and there may be thousands: the payload is not
              // kept.
              exchange.removeProperty(Attempt.LEASED);
              exchange.setProperty(
                  "webhookBecameInactive", recorded != null && recorded.webhookBecameInactive());
              return body(delivery, recorded);
            });
  }

  /** Completes when the route and all that it started asynchronously are done with it. */
  private static CompletableFuture<?> over(Exchange exchange) {
    CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new Synchronization() {
              @Override
              public void onComplete(Exchange done) {
                over.complete(null);
              }

              @Override
              public void onFailure(Exchange done) {
                over.complete(null);
              }
            });
    return over;
  }

  private AttemptOutcome decided(ClaimedDelivery delivery, Answer answer) {
    try {
      double spread = ThreadLocalRandom.current().nextDouble();
      Outcome outcome =
          decide.get().after(delivery.number(), age(delivery, answer), answer, spread);
      return new AttemptOutcome(delivery, answer, outcome);
    } catch (RuntimeException undecided) {
      slots.give(delivery);
      throw undecided;
    }
  }

  /** By the database's clock alone. */
  private static Duration age(ClaimedDelivery delivery, Answer answer) {
    return Duration.between(delivery.changeAt(), answer.at().plus(answer.duration()));
  }

  private void tell(Leased leased, Answer answer, RecordedOutcome recorded) {
    ClaimedDelivery delivery = leased.delivery();
    switch (recorded.became()) {
      case DELIVERED -> {
        if (delivery.number() == 1 && delivery.round() == 1) {
          Duration waited =
              Duration.between(delivery.changeAt(), leased.databaseTime(System.nanoTime()));
          stats.arrived(waited.toMillis());
        }
      }
      case DUE_AGAIN ->
          LOG.info(
              "webhook {} message {} attempt {}: {}, again at {}",
              delivery.id().webhookId(),
              delivery.id().text(),
              delivery.number(),
              answer.error(),
              recorded.dueAt());
      case NOT_BEGUN ->
          // There may be thousands; Attempt tells of all of them together.
          LOG.debug(
              "webhook {} message {} attempt {} not begun: {}, again at {}",
              delivery.id().webhookId(),
              delivery.id().text(),
              delivery.number(),
              answer.error(),
              recorded.dueAt());
      case FAILED ->
          LOG.warn(
              "webhook {} message {} attempt {}: {}, failed ({})",
              delivery.id().webhookId(),
              delivery.id().text(),
              delivery.number(),
              answer.error(),
              recorded.reason() == null ? "" : recorded.reason().word());
      case STALE ->
          LOG.warn(
              "webhook {} message {}: its lease was over, the outcome is dropped",
              delivery.id().webhookId(),
              delivery.id().text());
      case CANCELLED -> {
        // The webhook was deleted while its attempt was under way.
      }
    }
  }

  private static Map<String, Object> body(
      ClaimedDelivery delivery, @Nullable RecordedOutcome recorded) {
    return Map.of(
        "webhookId",
        delivery.id().webhookId(),
        "organizationId",
        delivery.organizationId(),
        "messageId",
        delivery.id().text(),
        "became",
        recorded == null ? "UNKNOWN" : recorded.became().name(),
        "reason",
        recorded == null || recorded.reason() == null ? "" : recorded.reason().word(),
        "webhookBecameInactive",
        recorded != null && recorded.webhookBecameInactive());
  }
}
