package io.changepost.app.server;

import io.changepost.routing.SenderStats;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Outcomes per second over the last minute, for those who have no Prometheus. Thread-safe. */
final class OutcomeRates implements AutoCloseable {

  private static final long EVERY_SECONDS = 5;
  private static final int KEPT = 13;

  private final SenderStats stats;
  private final Deque<Sample> samples = new ArrayDeque<>(KEPT);
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "changepost-rates");
            thread.setDaemon(true);
            return thread;
          });

  record Sample(long nanos, long delivered, long dueAgain, long failed) {}

  private OutcomeRates(SenderStats stats) {
    this.stats = stats;
  }

  static OutcomeRates begin(SenderStats stats) {
    OutcomeRates rates = new OutcomeRates(stats);
    rates.keep();
    rates.clock.scheduleAtFixedRate(rates::keep, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    return rates;
  }

  private synchronized void keep() {
    if (samples.size() == KEPT) {
      samples.removeFirst();
    }
    samples.addLast(now());
  }

  private Sample now() {
    return new Sample(System.nanoTime(), stats.delivered(), stats.redelivered(), stats.failed());
  }

  synchronized double perSecond(ToLongFunction<Sample> figure) {
    Sample first = samples.getFirst();
    Sample last = now();
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    double rate = (figure.applyAsLong(last) - figure.applyAsLong(first)) / Math.max(1, seconds);
    return Math.round(rate * 100) / 100.0;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
