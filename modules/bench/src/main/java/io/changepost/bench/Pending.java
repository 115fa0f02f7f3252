package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;

/** Rate and memory while very many deliveries wait. */
final class Pending {

  private final Bench bench;
  private final Node node;
  private final HostDatabase database;

  Pending(Bench bench, Node node, HostDatabase database) {
    this.bench = bench;
    this.node = node;
    this.database = database;
  }

  /** The rows (e). */
  void measure() throws IOException, SQLException, InterruptedException {
    int few = 10_000;
    int many = bench.either(200_000, 1_000_000);
    Api api = node.api();
    Platform waiting = Platform.make(api, database, 10, 10, bench.endpoint().url("/ok/paused"));
    waiting.customers().forEach(api::pause);
    Platform busy = Platform.make(api, database, 500, 1, bench.endpoint().url("/ok"));
    bench.say("measuring with " + few + " waiting");
    wait(waiting, few);
    double first = rate(busy);
    bench.add(Figure.of("e", "rate with 10,000 waiting", first, "deliveries/s"));
    bench.say("measuring with " + many + " waiting");
    wait(waiting, many - few);
    double second = rate(busy);
    bench.add(
        Figure.of("e", "rate with " + grouped(many) + " waiting", second, "deliveries/s")
            .against(first, "10,000 waiting"));
    bench.add(
        Figure.of("e", "heap with " + grouped(many) + " waiting, least of 20", leastHeap(), "MiB"));
    busy.remove(api);
    waiting.remove(api);
  }

  private static String grouped(int number) {
    return String.format(java.util.Locale.ROOT, "%,d", number);
  }

  private void wait(Platform platform, int deliveries) throws SQLException {
    database.documents(platform.companies(), deliveries / platform.fanOut(), 300);
    while (database.number("select count(*) from changepost.outbox") > 0) {
      Bench.pause(100);
    }
  }

  private double rate(Platform platform) throws IOException, SQLException, InterruptedException {
    return new Throughput(bench, node, database)
        .rate(platform, 700, bench.either(5_000, 20_000), bench.either(1, 3));
  }

  /** After a collection there is what lives; the lowest of some looks is near to it. */
  private double leastHeap() throws IOException, InterruptedException {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      least = Math.min(least, node.heapBytes());
      Bench.pause(100);
    }
    return least / 1048576.0;
  }
}
