package io.changepost.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * How long from a commit, as the client that made it learns of it, to the arrival of its message,
 * at a steady rate.
 */
final class Latency {

  private static final int MOST_WRITERS = 8;

  private final Bench bench;
  private final HostDatabase database;

  Latency(Bench bench, HostDatabase database) {
    this.bench = bench;
    this.database = database;
  }

  /** The rows (b). */
  void measure(Platform platform) throws SQLException {
    Plot plot = new Plot("latency", "Commit to arrival", "changes a second", "ms");
    for (int rate : new int[] {50, 200, 1000}) {
      bench.say("measuring latency at " + rate + " changes/s");
      int rounds = bench.either(1, 3);
      Quantiles[] found = new Quantiles[rounds];
      for (int i = 0; i < rounds; i++) {
        found[i] = at(platform, rate, bench.either(4, 12));
      }
      for (double share : new double[] {0.5, 0.95, 0.99, 0.999}) {
        Sample sample = Sample.of(Arrays.stream(found).mapToDouble(q -> q.at(share)).toArray());
        String name = "p" + String.format(Locale.ROOT, "%.1f", share * 100).replace(".0", "");
        bench.add(Figure.of("b", rate + " changes/s, " + name, sample, "ms"));
        plot.point(name, Integer.toString(rate), sample.median());
      }
    }
    bench.add(plot.name(), plot.svg());
  }

  /** Durations at that rate, after a warm-up at the same rate; every message must have come. */
  Quantiles at(Platform platform, int rate, int seconds) throws SQLException {
    bench.endpoint().reset();
    int skipped = rate * bench.either(1, 3);
    int all = skipped + rate * seconds;
    long begin = System.nanoTime();
    long[] commits = write(platform.companies(), rate, all);
    double reached = all / ((System.nanoTime() - begin) / 1e9);
    if (reached < 0.95 * rate) {
      bench.miss(
          "b",
          String.format(
              Locale.ROOT, "%d changes/s: the database took no more than %.0f", rate, reached));
    }
    long[] arrivals = awaited(all);
    double[] millis = new double[all - skipped];
    for (int mark = skipped; mark < all; mark++) {
      millis[mark - skipped] = (arrivals[mark] - commits[mark]) / 1e3;
    }
    return Quantiles.of(millis);
  }

  /** When each change was committed, by mark; so many clients that none waits for another. */
  private long[] write(long[] companies, int rate, int all) throws SQLException {
    int writers = Math.max(1, Math.min(MOST_WRITERS, rate / 50));
    long[] commits = new long[all];
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    long begin = System.nanoTime() + 100_000_000L;
    List<Callable<Void>> clients = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      int first = i;
      clients.add(
          () -> {
            write(companies, begin, 1e9 / rate, first, writers, commits);
            return null;
          });
    }
    try {
      for (Future<Void> client : threads.invokeAll(clients)) {
        client.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
    return commits;
  }

  private void write(
      long[] companies, long begin, double nanosEach, int first, int step, long[] commits)
      throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into changepost.document (company_id, name, url) values (?, ?, ?)")) {
      String text = "x".repeat(300);
      for (int mark = first; mark < commits.length; mark += step) {
        // By the plan, not by the last one, so that a slow commit does not lower the rate.
        long due = begin + (long) (mark * nanosEach);
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        insert.setLong(1, companies[mark % companies.length]);
        insert.setString(2, "mark-" + mark);
        insert.setString(3, text);
        insert.executeUpdate();
        commits[mark] = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
      }
    }
  }

  private long[] awaited(int all) {
    long end = System.nanoTime() + bench.either(20, 60) * 1_000_000_000L;
    while (true) {
      if (bench.endpoint().count() >= all) {
        long[] arrivals = bench.endpoint().arrivals();
        if (arrivals.length >= all && Arrays.stream(arrivals).noneMatch(t -> t == 0)) {
          return arrivals;
        }
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException(bench.endpoint().count() + " of " + all + " arrived");
      }
      Bench.pause(50);
    }
  }
}
