package io.changepost.app.server;

import io.changepost.persistence.delivery.QueueStats;
import io.changepost.routing.SenderStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * An operator's questions as metrics: how much waits, how old the oldest is, what became of the
 * attempts, how long a message took. No label grows with the number of webhooks.
 */
final class SenderMetrics implements MeterBinder {

  private final SenderStats stats;
  private final QueueWatch queue;

  SenderMetrics(SenderStats stats, QueueWatch queue) {
    this.stats = stats;
    this.queue = queue;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    queue(registry, "changepost.outbox.waiting", "Changes not fanned out yet", s -> s.outbox());
    queue(
        registry,
        "changepost.outbox.age.seconds",
        "Age of the oldest change that is not fanned out",
        s -> seconds(s.outboxAge()));
    queue(
        registry,
        "changepost.deliveries.waiting",
        "Deliveries that are not at their end",
        s -> s.waiting());
    queue(
        registry,
        "changepost.deliveries.overdue.seconds",
        "How long the oldest due delivery has been due",
        s -> seconds(s.dueAge()));
    queue(registry, "changepost.webhooks.active", "Active webhooks", s -> s.activeWebhooks());
    queue(registry, "changepost.webhooks.inactive", "Inactive webhooks", s -> s.inactiveWebhooks());
    queue(
        registry,
        "changepost.webhooks.failing",
        "Active webhooks whose last attempt failed",
        s -> s.failingWebhooks());
    queue(
        registry,
        "changepost.delivery.paused",
        "1 while all delivery is paused",
        s -> s.paused() ? 1 : 0);
    Gauge.builder("changepost.attempts.in.flight", stats, SenderStats::inFlight)
        .description("Attempts under way in this node")
        .register(registry);
    attempts(registry, "delivered", SenderStats::delivered);
    attempts(registry, "due_again", SenderStats::redelivered);
    attempts(registry, "not_begun", SenderStats::notBegun);
    attempts(registry, "failed", SenderStats::failed);
    attempts(registry, "stale", SenderStats::staleOutcomes);
    counter(registry, "changepost.changes", "Changes fanned out", SenderStats::changes);
    counter(registry, "changepost.deliveries.made", "Deliveries made", SenderStats::made);
    counter(
        registry,
        "changepost.deliveries.worker.lost",
        "Deliveries given up after three lost leases",
        SenderStats::workerLost);
    counter(
        registry,
        "changepost.leases.lost",
        "Leases that ran out, in whatever node, and were found by this one",
        SenderStats::lostLeases);
    counter(
        registry,
        "changepost.claims.handed.back",
        "Claims handed back unstarted",
        SenderStats::handedBack);
    counter(
        registry,
        "changepost.webhooks.warned",
        "Warnings told that a webhook is about to become inactive",
        SenderStats::warnings);
    Timer latency =
        Timer.builder("changepost.delivery.latency")
            .description("From the change to the recorded success of a first attempt")
            .serviceLevelObjectives(
                Duration.ofMillis(10),
                Duration.ofMillis(25),
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30))
            .register(registry);
    stats.onDelivered(millis -> latency.record(Math.max(0, millis), TimeUnit.MILLISECONDS));
  }

  private void queue(
      MeterRegistry registry, String name, String what, ToDoubleFunction<QueueStats> read) {
    Gauge.builder(
            name,
            queue,
            watch -> {
              QueueStats now = watch.stats();
              return now == null ? Double.NaN : read.applyAsDouble(now);
            })
        .description(what)
        .register(registry);
  }

  private void attempts(
      MeterRegistry registry, String outcome, ToDoubleFunction<SenderStats> read) {
    FunctionCounter.builder("changepost.attempts", stats, read)
        .tag("outcome", outcome)
        .description("Attempts by what became of the delivery")
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, String what, ToDoubleFunction<SenderStats> read) {
    FunctionCounter.builder(name, stats, read).description(what).register(registry);
  }

  private static double seconds(@Nullable Duration duration) {
    return duration == null ? 0 : duration.toMillis() / 1000.0;
  }
}
