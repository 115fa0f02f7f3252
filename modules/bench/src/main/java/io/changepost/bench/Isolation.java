package io.changepost.bench;

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
  void measure(Api api, Platform healthy) throws SQLException {
    int rounds = bench.either(1, 3);
    bench.say("measuring a healthy endpoint alone");
    Sample alone = sample(healthy, rounds);
    bench.add(Figure.of("d", "healthy endpoint alone, p99", alone, "ms"));
    bench.say("making " + DEAD + " dead ones, with 20 messages each");
    Platform dead = Platform.make(api, database, DEAD, 10, bench.endpoint().url("/dead"));
    database.documents(dead.companies(), dead.companies().length * 20, 300);
    bench.say("measuring the healthy one beside them");
    Sample beside = sample(healthy, rounds);
    bench.add(
        Figure.of("d", "healthy endpoint beside 1,000 dead ones, p99", beside, "ms")
            .against(alone.median(), "alone"));
    dead.remove(api, database);
  }

  private Sample sample(Platform healthy, int rounds) throws SQLException {
    double[] found = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      found[i] = new Latency(bench, database).at(healthy, RATE, bench.either(8, 12)).at(0.99);
    }
    return Sample.of(found);
  }
}
