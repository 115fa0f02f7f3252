package io.changepost.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/** How long from a commit to the arrival of its message, at a steady rate. */
final class Latency {

  private static final int WARM_UP_SECONDS = 3;

  private final Bench bench;
  private final HostDatabase database;

  Latency(Bench bench, HostDatabase database) {
    this.bench = bench;
    this.database = database;
  }

  /** The rows (b). */
  void measure(Api api) throws IOException, SQLException {
    Platform platform = Platform.make(api, database, 50, 1, bench.endpoint().url("/ok"));
    Plot plot = new Plot("latency", "Commit to arrival", "changes a second", "ms");
    for (int rate : new int[] {50, 200, 1000}) {
      bench.say("measuring latency at " + rate + " changes/s");
      Quantiles found = at(platform, rate, bench.either(8, 30));
      bench.add(Figure.of("b", rate + " changes/s, p50", found.at(0.5), "ms"));
      bench.add(Figure.of("b", rate + " changes/s, p95", found.at(0.95), "ms"));
      bench.add(Figure.of("b", rate + " changes/s, p99", found.at(0.99), "ms"));
      bench.add(Figure.of("b", rate + " changes/s, p99.9", found.at(0.999), "ms"));
      plot.point("p50", Integer.toString(rate), found.at(0.5));
      plot.point("p99", Integer.toString(rate), found.at(0.99));
    }
    bench.add(plot);
    platform.remove(api);
  }

  /** Durations at that rate, after a warm-up at the same rate; every message must have come. */
  Quantiles at(Platform platform, int rate, int seconds) throws SQLException {
    bench.endpoint().reset();
    int skipped = rate * WARM_UP_SECONDS;
    int all = rate * (WARM_UP_SECONDS + seconds);
    long[] commits = write(platform.companies(), rate, all);
    long[] arrivals = awaited(all);
    double[] millis = new double[all - skipped];
    for (int mark = skipped; mark < all; mark++) {
      millis[mark - skipped] = (arrivals[mark] - commits[mark]) / 1e3;
    }
    return Quantiles.of(millis);
  }

  /** When each change was committed, by mark. */
  private long[] write(long[] companies, int rate, int all) throws SQLException {
    long[] commits = new long[all];
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "insert into changepost.document (company_id, name, url) values (?, ?, ?)")) {
      String text = "x".repeat(300);
      long begin = System.nanoTime();
      for (int mark = 0; mark < all; mark++) {
        // By the plan, not by the last one, so that a slow commit does not lower the rate.
        long due = begin + mark * 1_000_000_000L / rate;
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
    return commits;
  }

  private long[] awaited(int all) {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      if (bench.endpoint().count() >= all) {
        long[] arrivals = bench.endpoint().arrivals();
        if (arrivals.length >= all && java.util.Arrays.stream(arrivals).noneMatch(t -> t == 0)) {
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
