package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One run of the measurements: the server, what is measured with it, in which order. */
final class Run {

  /** What is measured where nobody says what, and what of that in two minutes. */
  static final String ALL = "fabcdegi";

  static final String QUICK = "fabc";

  /** How long the soak is where nobody says it. */
  static final int SOAK_MINUTES = 60;

  private static final int WEBHOOKS = 500;

  private final Bench bench;
  private final String rows;
  private final String only;
  private final int soakMinutes;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Double> starts = new ArrayList<>();
  private boolean complete = true;

  Run(Bench bench, String rows, String only, int soakMinutes) {
    this.bench = bench;
    this.rows = rows;
    this.only = only;
    this.soakMinutes = soakMinutes;
  }

  Report report() {
    return new Report(facts, bench);
  }

  @FunctionalInterface
  private interface Row {
    void measure() throws IOException, SQLException, InterruptedException;
  }

  /** Returns whether all that was wanted could be measured. */
  boolean measure() throws IOException, SQLException, InterruptedException {
    MachineLoad before = MachineLoad.now();
    for (char row : "degi".toCharArray()) {
      if (rows.startsWith(QUICK) && rows.indexOf(row) < 0) {
        bench.leaveOut(String.valueOf(row), "all of it; --rows " + row + " measures it");
      }
    }
    Path data = bench.folder("data");
    startOften(data);
    try (Node node = Node.embedded(data)) {
      if (rows.contains("f")) {
        starts.add(node.readySeconds());
        double[] seconds = starts.stream().mapToDouble(Double::doubleValue).toArray();
        bench.add(Figure.of("f", "second start", Sample.of(seconds), "s"));
      }
      try (HostDatabase database = HostDatabase.of(data)) {
        facts.putAll(Machine.facts(database));
        measure(node, database);
        long own =
            node.cpuMicros()
                + database.cpuMicros()
                + bench.endpoint().cpuMicros()
                + Processor.alone(ProcessHandle.current().pid());
        before.tell(MachineLoad.now(), own + bench.endedMicros(), facts);
      }
    }
    return complete;
  }

  /** The first of the rows (f) and all starts but the last. */
  private void startOften(Path data) throws IOException, SQLException {
    bench.say("starting a server for the first time");
    try (Node first = Node.embedded(data)) {
      if (rows.contains("f")) {
        bench.add(
            Figure.of("f", "first start, database made on the way", first.readySeconds(), "s"));
      }
      ends(first, data);
    }
    for (int i = rows.contains("f") ? bench.either(1, 3) : 1; i > 1; i--) {
      bench.say("starting it again");
      try (Node again = Node.embedded(data)) {
        starts.add(again.readySeconds());
        ends(again, data);
      }
    }
    bench.say("starting it again");
  }

  private void ends(Node node, Path data) throws IOException, SQLException {
    try (HostDatabase database = HostDatabase.of(data)) {
      bench.ends(node.cpuMicros() + database.cpuMicros());
    }
  }

  private void measure(Node node, HostDatabase database)
      throws IOException, SQLException, InterruptedException {
    if (!bench.hasTime(100)) {
      bench.miss("abc", "all of them, since the machine is too slow or too busy");
      complete = false;
      return;
    }
    bench.say("making " + WEBHOOKS + " organizations with a webhook each");
    Platform platform =
        Platform.make(node.api(), database, WEBHOOKS, 1, bench.endpoint().url("/ok"));
    Servers alone = new Servers(database, List.of(node));
    row('a', 90, () -> new Throughput(bench, alone, database).measure(platform, only));
    row('b', 85, () -> new Latency(bench, database).measure(platform.first(50)));
    row(
        'c',
        100,
        () -> {
          // The server stands still meanwhile: a node that fans out on these cores is no capture.
          alone.hold();
          try {
            new Capture(bench, database).measure();
          } finally {
            alone.goOn();
          }
        });
    row('d', 80, () -> new Isolation(bench, database).measure(node.api(), platform.first(1)));
    row('e', 80, () -> new Pending(bench, node, database).measure(platform));
    row('g', 80, () -> new Nodes(bench, node, database).measure(platform));
    row('i', 80, () -> publish(node, database, platform));
    row('h', 80, () -> new Soak(bench, node, database).measure(platform, soakMinutes));
  }

  private void publish(Node node, HostDatabase database, Platform platform)
      throws IOException, SQLException {
    try (Publishing publishing = new Publishing(bench, node, database)) {
      publishing.measure(platform);
    }
  }

  /**
   * Measures a row that is wanted.
   *
   * @param latest seconds after which a quick run does not begin it any more
   */
  private void row(char letter, double latest, Row row) throws IOException, InterruptedException {
    if (rows.indexOf(letter) < 0) {
      return;
    }
    if (!bench.hasTime(latest)) {
      bench.miss(String.valueOf(letter), "all of it, since the machine is too slow or too busy");
      complete = false;
      return;
    }
    try {
      row.measure();
    } catch (SQLException | IllegalStateException failed) {
      bench.miss(String.valueOf(letter), "what follows: " + failed.getMessage());
      complete = false;
    }
  }
}
