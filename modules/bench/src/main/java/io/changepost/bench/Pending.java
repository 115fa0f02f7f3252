package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;

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
  void measure(Platform busy) throws IOException, SQLException, InterruptedException {
    int few = 10_000;
    int many = bench.either(100_000, 1_000_000);
    Api api = node.api();
    Platform waiting = Platform.make(api, database, 10, 10, bench.endpoint().url("/ok/paused"));
    waiting.customers().forEach(api::pause);
    wait(waiting, few);
    Sample first = rates(busy, few);
    bench.add(Figure.of("e", "rate with 10,000 waiting", first, "deliveries/s"));
    bench.add(Figure.of("e", "heap with 10,000 waiting, after a collection", heap(), "MiB"));
    wait(waiting, many - few);
    bench.add(
        Figure.of("e", "rate with " + grouped(many) + " waiting", rates(busy, many), "deliveries/s")
            .against(first.median(), "10,000 waiting"));
    bench.add(
        Figure.of(
            "e", "heap with " + grouped(many) + " waiting, after a collection", heap(), "MiB"));
    waiting.remove(api, database);
  }

  private static String grouped(int number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private void wait(Platform platform, int deliveries) throws SQLException {
    bench.say("making " + grouped(deliveries) + " wait");
    int step = 100_000;
    for (int made = 0; made < deliveries; made += step) {
      int number = Math.min(step, deliveries - made) / platform.fanOut();
      database.documents(platform.companies(), number, 300);
      while (database.number("select count(*) from changepost.outbox") > 0) {
        Bench.pause(100);
      }
    }
  }

  private Sample rates(Platform platform, int waiting)
      throws IOException, SQLException, InterruptedException {
    bench.say("measuring with " + grouped(waiting) + " waiting");
    Servers alone = new Servers(database, java.util.List.of(node));
    return new Throughput(bench, alone, database)
        .rates(platform, bench.either(2, 8), bench.either(1, 3));
  }

  private double heap() throws IOException, InterruptedException {
    node.collect();
    return node.heapBytes() / 1048576.0;
  }
}
