package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/**
 * How many deliveries a second, from the committed change to the recorded success: the server
 * stands still while changes are committed, then goes on, and works off what there is.
 */
final class Throughput {

  /** What of a message is not its document's text. */
  private static final int ENVELOPE = 330;

  private static final int LEAST = 1_000;
  private static final int MOST = 400_000;

  private final Bench bench;
  private final Servers servers;
  private final HostDatabase database;

  Throughput(Bench bench, Servers servers, HostDatabase database) {
    this.bench = bench;
    this.servers = servers;
    this.database = database;
  }

  /**
   * What one round came to; times are microseconds of processor time for each delivery.
   *
   * @param rate deliveries a second
   */
  record Round(double rate, double server, double postgres, double receiver) {}

  /** Deliveries until the code is compiled; gives the rate at the end. */
  double warmUp(Platform platform, int bytes, double seconds)
      throws IOException, SQLException, InterruptedException {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    double rate = 1_000;
    do {
      rate = round(platform, bytes, rate, Math.min(2, seconds)).rate();
    } while (System.nanoTime() < end);
    return rate;
  }

  /**
   * Works off as many deliveries as take about that long at that rate.
   *
   * @param expected deliveries a second
   */
  Round round(Platform platform, int bytes, double expected, double seconds)
      throws IOException, SQLException, InterruptedException {
    int changes =
        (int) Math.max(1, Math.min(MOST, Math.max(LEAST, expected * seconds)) / platform.fanOut());
    long posts = (long) changes * platform.fanOut();
    servers.hold();
    long server;
    long postgres;
    long receiver;
    try {
      bench.endpoint().reset();
      database.documents(platform.companies(), changes, Math.max(1, bytes - ENVELOPE));
      server = servers.cpuMicros();
      postgres = database.cpuMicros();
      receiver = bench.endpoint().cpuMicros();
    } finally {
      servers.goOn();
    }
    double rate = posts / bench.drained(database, posts);
    return new Round(
        rate,
        (servers.cpuMicros() - server) / (double) posts,
        (database.cpuMicros() - postgres) / (double) posts,
        (bench.endpoint().cpuMicros() - receiver) / (double) posts);
  }

  /** The median of some rounds, after one that does not count. */
  Sample rates(Platform platform, double seconds, int rounds)
      throws IOException, SQLException, InterruptedException {
    double expected = warmUp(platform, 700, seconds / 3);
    double[] rates = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      rates[i] = round(platform, 700, expected, seconds).rate();
    }
    return Sample.of(rates);
  }

  private record Line(int fanOut, int bytes, int webhooks) {
    String what() {
      return String.format(
          "fan-out %d, %s, %d %s",
          fanOut,
          bytes == 700 ? "700 bytes" : "8 KiB",
          webhooks,
          webhooks == 1 ? "webhook" : "webhooks");
    }
  }

  /**
   * The rows (a): fan-outs, sizes and numbers of webhooks, each beside the bare client.
   *
   * @param only those whose words contain it
   */
  void measure(Platform platform, String only)
      throws IOException, SQLException, InterruptedException {
    double warm = bench.either(6, 40);
    bench.say(String.format("warming up with deliveries for %.0f s", warm));
    double rate = warmUp(platform, 700, warm);
    Platform tenfold = platform.followedBy(database, 10);
    List<Line> lines =
        bench.isQuick()
            ? List.of(new Line(1, 700, 500), new Line(10, 700, 500))
            : List.of(
                new Line(1, 700, 500),
                new Line(10, 700, 500),
                new Line(1, 8192, 500),
                new Line(10, 8192, 500),
                new Line(1, 700, 1),
                new Line(1, 8192, 1));
    bench.leaveOut("a", "8 KiB and one webhook");
    Bars rates = new Bars("throughput", "Deliveries a second", "bare client", "Changepost");
    Bars costs =
        new Bars("cost", "Processor time of a delivery, µs", "server", "PostgreSQL", "receiver");
    try (Reference reference =
        new Reference(bench.endpoint().url("/ok/reference"), bench.endpoint().first())) {
      servers.hold();
      try {
        reference.tune(bench.either(0.7, 3));
      } finally {
        servers.goOn();
      }
      for (Line line : lines) {
        if (line.what().contains(only)) {
          Platform to = line.fanOut() == 10 ? tenfold : platform.first(line.webhooks());
          new Pairs(bench, this, servers, reference)
              .measure(line.what(), to, line.bytes(), rate, rates, costs);
        }
      }
    }
    bench.add(rates.name(), rates.svg());
    bench.add(costs.name(), costs.svg());
  }
}
