package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Locale;

/** A long time at half the rate that was reached: what grows is a leak. */
final class Soak {

  private static final int LOOKS = 12;

  private final Bench bench;
  private final Node node;
  private final HostDatabase database;

  Soak(Bench bench, Node node, HostDatabase database) {
    this.bench = bench;
    this.node = node;
    this.database = database;
  }

  /** The rows (h). */
  void measure(int minutes) throws IOException, SQLException, InterruptedException {
    Api api = node.api();
    Platform platform = Platform.make(api, database, 500, 1, bench.endpoint().url("/ok"));
    Throughput throughput = new Throughput(bench, node, database);
    int rate = (int) (throughput.rate(platform, 700, 20_000, 3) / 2);
    bench.say("soaking " + minutes + " min at " + rate + " changes/s");
    bench.endpoint().reset();
    Plot heap = new Plot("soak", "Soak at half the rate", "minutes", "MiB");
    long begin = System.nanoTime();
    long written = 0;
    for (int look = 1; look <= LOOKS; look++) {
      long end = begin + look * minutes * 60_000_000_000L / LOOKS;
      while (System.nanoTime() < end) {
        long due = (System.nanoTime() - begin) * rate / 1_000_000_000L;
        if (due - written >= 1_000) {
          database.documents(platform.companies(), 1_000, 370);
          written += 1_000;
        }
        Bench.pause(10);
      }
      String at = Integer.toString(look * minutes / LOOKS);
      heap.point("heap", at, node.heapBytes() / 1048576.0);
      heap.point("hot tables", at, hotBytes() / 1048576.0);
      bench.say(
          String.format(
              Locale.ROOT,
              "%s min: heap %.0f MiB, hot tables %.1f MiB, dead rows %d",
              at,
              node.heapBytes() / 1048576.0,
              hotBytes() / 1048576.0,
              deadRows()));
    }
    bench.drained(database, written, 300);
    bench.add(Figure.of("h", "changes delivered in " + minutes + " min", written, "changes"));
    bench.add(Figure.of("h", "heap at the end", node.heapBytes() / 1048576.0, "MiB"));
    bench.add(Figure.of("h", "outbox and delivery at the end", hotBytes() / 1048576.0, "MiB"));
    bench.add(Figure.of("h", "dead rows in them at the end", deadRows(), "rows"));
    bench.add(heap);
    platform.remove(api);
  }

  private long hotBytes() throws SQLException {
    return database.number(
        """
        select pg_total_relation_size('changepost.outbox')
          + pg_total_relation_size('changepost.delivery')""");
  }

  private long deadRows() throws SQLException {
    return database.number(
        """
        select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_user_tables
        where schemaname = 'changepost' and relname in ('outbox', 'delivery')""");
  }
}
