package io.changepost.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A long time at half the rate that was reached: what grows is a leak. */
final class Soak {

  private static final int LOOKS = 24;
  private static final int BURST = 100;

  /** Of the rate that was meant; with less the database or what writes could not go on with it. */
  private static final double ENOUGH = 0.95;

  private final Bench bench;
  private final Node node;
  private final HostDatabase database;

  Soak(Bench bench, Node node, HostDatabase database) {
    this.bench = bench;
    this.node = node;
    this.database = database;
  }

  /** What was there at one moment. */
  private record Look(
      double heapMiB, double residentMiB, double tablesMiB, double deadRows, double waiting) {}

  /** The rows (h), after as much warming up as row a has. */
  void measure(Platform platform, int minutes)
      throws IOException, SQLException, InterruptedException {
    Servers alone = new Servers(database, List.of(node));
    Throughput throughput = new Throughput(bench, alone, database);
    bench.say("warming up before the soak");
    throughput.warmUp(platform, 700, bench.either(6, 40));
    Sample rates = throughput.rates(platform, 8, 3);
    int rate = (int) (rates.median() / 2);
    bench.say("soaking " + minutes + " min at " + rate + " changes/s");
    bench.endpoint().reset();
    Plot sizes = new Plot("soak", "Soak at half the rate", "minutes", "MiB");
    Plot rows = new Plot("soak-rows", "Soak at half the rate", "minutes", "rows");
    List<Look> looks = new ArrayList<>();
    long begin = System.nanoTime();
    long written = 0;
    for (int number = 1; number <= LOOKS; number++) {
      long until = (long) number * minutes * 60_000_000_000L / LOOKS;
      written = write(platform, rate, begin, until, written);
      Look look = look();
      looks.add(look);
      String at = String.format(Locale.ROOT, "%.1f", number * minutes / (double) LOOKS);
      String label = number % 4 == 0 ? at.replace(".0", "") : "";
      sizes.point("heap", at, label, look.heapMiB());
      sizes.point("resident", at, label, look.residentMiB());
      sizes.point("outbox, delivery and lease", at, label, look.tablesMiB());
      rows.point("dead rows", at, label, look.deadRows());
      rows.point("waiting", at, label, look.waiting());
      bench.say(
          String.format(
              Locale.ROOT,
              "%s min: heap %.0f MiB, resident %.0f MiB, outbox, delivery and lease %.1f MiB,"
                  + " %.0f dead rows, %.0f waiting",
              at,
              look.heapMiB(),
              look.residentMiB(),
              look.tablesMiB(),
              look.deadRows(),
              look.waiting()));
    }
    double kept = written / ((System.nanoTime() - begin) / 1e9);
    if (kept < ENOUGH * rate) {
      bench.miss(
          "h",
          String.format(Locale.ROOT, "the rate that was meant: it was %.0f/s, not %d", kept, rate));
    }
    bench.drained(database, written);
    String during = ", last third against first";
    bench.add(Figure.of("h", "rate kept for " + minutes + " min", kept, "changes/s"));
    bench.add(Figure.of("h", "changes delivered", written, "changes"));
    compare("heap after a collection" + during, "MiB", looks.stream().mapToDouble(Look::heapMiB));
    compare("resident memory" + during, "MiB", looks.stream().mapToDouble(Look::residentMiB));
    compare(
        "outbox, delivery and lease" + during, "MiB", looks.stream().mapToDouble(Look::tablesMiB));
    compare("dead rows in them" + during, "rows", looks.stream().mapToDouble(Look::deadRows));
    compare("deliveries that wait" + during, "rows", looks.stream().mapToDouble(Look::waiting));
    bench.add(sizes.name(), sizes.svg());
    bench.add(rows.name(), rows.svg());
  }

  private long write(Platform platform, int rate, long begin, long until, long before)
      throws SQLException {
    long written = before;
    while (System.nanoTime() - begin < until) {
      long due = (System.nanoTime() - begin) / 1_000 * rate / 1_000_000;
      if (due - written >= BURST) {
        // Each burst to other companies, so that all get their share.
        database.documents(platform.companies(), BURST, 370, written);
        written += BURST;
      } else {
        Bench.pause(5);
      }
    }
    return written;
  }

  private Look look() throws SQLException, IOException, InterruptedException {
    node.collect();
    return new Look(
        node.heapBytes() / 1048576.0,
        Processor.residentBytes(node.pid()) / 1048576.0,
        database.number(
                """
                select pg_total_relation_size('changepost.outbox')
                  + pg_total_relation_size('changepost.delivery')
                  + pg_total_relation_size('changepost.lease')""")
            / 1048576.0,
        database.number(
            """
            select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_user_tables
            where schemaname = 'changepost' and relname in ('outbox', 'delivery', 'lease')"""),
        database.number(
            "select (select count(*) from changepost.outbox)"
                + " + (select count(*) from changepost.delivery)"
                + " + (select count(*) from changepost.leased)"));
  }

  private void compare(String what, String unit, java.util.stream.DoubleStream values) {
    double[] all = values.toArray();
    int third = all.length / 3;
    Sample first = Sample.of(java.util.Arrays.copyOf(all, third));
    Sample last = Sample.of(java.util.Arrays.copyOfRange(all, all.length - third, all.length));
    Figure figure = Figure.of("h", what, last, unit);
    // Nothing waiting in the first third is what is hoped for, and no reference.
    bench.add(first.median() > 0 ? figure.against(first.median(), "the first third") : figure);
  }
}
