package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;

/** A healthy endpoint beside a thousand that take a message and never answer. */
final class Isolation {

  private static final int DEAD = 1_000;
  private static final int RATE = 50;

  private final Bench bench;
  private final HostDatabase database;

  Isolation(Bench bench, HostDatabase database) {
    this.bench = bench;
    this.database = database;
  }

  /** The rows (d). */
  void measure(Api api) throws IOException, SQLException {
    Latency latency = new Latency(bench, database);
    int seconds = bench.either(10, 40);
    Platform healthy = Platform.make(api, database, 1, 1, bench.endpoint().url("/ok"));
    bench.say("measuring a healthy endpoint alone");
    double alone = latency.at(healthy, RATE, seconds).at(0.99);
    bench.add(Figure.of("d", "healthy endpoint alone, p99", alone, "ms"));
    bench.say("measuring it beside " + DEAD + " dead ones");
    Platform dead = Platform.make(api, database, DEAD, 10, bench.endpoint().url("/dead"));
    database.documents(dead.companies(), dead.companies().length * 20, 300);
    double beside = latency.at(healthy, RATE, seconds).at(0.99);
    bench.add(
        Figure.of("d", "healthy endpoint beside 1,000 dead ones, p99", beside, "ms")
            .against(alone, "alone"));
    dead.remove(api);
    healthy.remove(api);
  }
}
