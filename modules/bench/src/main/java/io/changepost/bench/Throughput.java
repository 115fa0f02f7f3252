package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * How many deliveries a second, from the committed change to the recorded success: the server
 * stands still while changes are committed, then goes on, and works off what there is.
 */
final class Throughput {

  /** What of a message is not its document's text. */
  private static final int ENVELOPE = 330;

  private static final int MOST_SECONDS = 300;

  private final Bench bench;
  private final Node node;
  private final HostDatabase database;
  private String only = "";
  private double serverMicros;
  private double databaseMicros;

  Throughput(Bench bench, Node node, HostDatabase database) {
    this.bench = bench;
    this.node = node;
    this.database = database;
  }

  /** Deliveries a second to the webhooks of that platform; the median of the rounds. */
  double rate(Platform platform, int bytes, int deliveries, int rounds)
      throws IOException, SQLException, InterruptedException {
    // The first works off the slowness of a new JVM and of new connections, and does not count.
    round(platform, bytes, deliveries / 4);
    double[] rates = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      rates[i] = round(platform, bytes, deliveries);
    }
    Arrays.sort(rates);
    return rates[rounds / 2];
  }

  private double round(Platform platform, int bytes, int deliveries)
      throws IOException, SQLException, InterruptedException {
    int changes = Math.max(1, deliveries / platform.fanOut());
    bench.endpoint().reset();
    node.signal("STOP");
    try {
      database.documents(platform.companies(), changes, Math.max(1, bytes - ENVELOPE));
    } finally {
      node.signal("CONT");
    }
    long posts = (long) changes * platform.fanOut();
    long server = node.cpuMicros();
    long databases = database.cpuMicros();
    double rate = posts / bench.drained(database, posts, MOST_SECONDS);
    serverMicros = (node.cpuMicros() - server) / (double) posts;
    databaseMicros = (database.cpuMicros() - databases) / (double) posts;
    return rate;
  }

  /**
   * The rows (a): fan-outs, sizes and numbers of webhooks, each beside the bare client.
   *
   * @param only those whose words contain it
   */
  void measure(String only) throws IOException, SQLException, InterruptedException {
    this.only = only;
    int seconds = bench.either(3, 8);
    double small = Reference.rate(bench.endpoint().url("/ok/reference"), 700, seconds);
    double large = Reference.rate(bench.endpoint().url("/ok/reference"), 8192, seconds);
    bench.add(Figure.of("a", "bare HttpClient 5 loop, 700 bytes", small, "posts/s"));
    bench.add(Figure.of("a", "bare HttpClient 5 loop, 8 KiB", large, "posts/s"));
    int number = bench.either(10_000, 40_000);
    row("fan-out 1, 700 bytes, 500 webhooks", 500, 1, 700, number, small);
    row("fan-out 10, 700 bytes, 500 webhooks", 500, 10, 700, number, small);
    row("fan-out 1, 8 KiB, 500 webhooks", 500, 1, 8192, number / 4, large);
    row("fan-out 1, 700 bytes, 1 webhook", 1, 1, 700, number / 4, small);
  }

  private void row(
      String what, int webhooks, int fanOut, int bytes, int deliveries, double reference)
      throws IOException, SQLException, InterruptedException {
    if (!what.contains(only)) {
      return;
    }
    bench.say("measuring " + what);
    Platform platform =
        Platform.make(node.api(), database, webhooks, fanOut, bench.endpoint().url("/ok"));
    double rate = rate(platform, bytes, deliveries, bench.either(1, 5));
    platform.remove(node.api());
    bench.add(Figure.of("a", what, rate, "deliveries/s").against(reference, "bare client"));
    bench.add(Figure.of("a", what + ", processor time of the server", serverMicros, "µs each"));
    bench.add(Figure.of("a", what + ", of PostgreSQL", databaseMicros, "µs each"));
  }
}
