package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./changepost bench}. */
@Command(
    name = "changepost bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a server as its users start it: throughput, latency, the cost of capture,",
      "isolation, waiting deliveries, start and several nodes, beside a bare HTTP client.",
      "Everything runs on this machine, so what else runs on it spoils the figures."
    },
    footer = {"", "Example:", "  ./changepost bench --quick --rows abc"})
public final class BenchCommand implements Callable<Integer> {

  @Option(names = "--quick", description = "Two minutes instead of twenty; rougher")
  private boolean quick;

  @Option(
      names = "--rows",
      defaultValue = "abcdefg",
      description = "Which rows: letters of a to g (default: all)")
  private String rows = "";

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Of row a only the lines that contain it")
  private String only = "";

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      description = "Row h: that long at half the rate that was reached")
  private int soakMinutes;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too")
  private @Nullable Path json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write table and plots into that page, as docs/performance.md is made")
  private @Nullable Path page;

  private BenchCommand() {}

  /** Ends with 0 where everything was measured, 1 where a measurement failed, 2 for wrong words. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new BenchCommand())
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  System.err.println("changepost bench: " + failure.getMessage());
                  return 1;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Objects.requireNonNull(System.getProperty("changepost.home"), "start it with ./changepost");
    try (Bench bench = Bench.open(quick)) {
      System.err.println(Table.head());
      Path data = bench.folder("data");
      Node node = startTwice(bench, data);
      Report report;
      try (HostDatabase database = HostDatabase.of(data)) {
        var facts = Machine.facts(database);
        measure(bench, node, database);
        report = new Report(facts, bench.figures(), bench.plots());
      } finally {
        node.close();
      }
      System.out.println(Table.head());
      report.figures().forEach(figure -> System.out.println(Table.line(figure)));
      if (json != null) {
        report.json(json);
      }
      if (page != null) {
        report.page(page);
      }
    }
    return 0;
  }

  private Node startTwice(Bench bench, Path data) throws IOException {
    bench.say("starting a server for the first time, then again");
    Node first = Node.embedded(data);
    first.close();
    Node second = Node.embedded(data);
    if (rows.contains("f")) {
      bench.add(Figure.of("f", "first start, database made on the way", first.readySeconds(), "s"));
      bench.add(Figure.of("f", "second start", second.readySeconds(), "s"));
    }
    return second;
  }

  private void measure(Bench bench, Node node, HostDatabase database)
      throws IOException, SQLException, InterruptedException {
    if (rows.contains("a")) {
      new Throughput(bench, node, database).measure(only);
    }
    if (rows.contains("b")) {
      new Latency(bench, database).measure(node.api());
    }
    if (rows.contains("d")) {
      new Isolation(bench, database).measure(node.api());
    }
    if (rows.contains("e")) {
      new Pending(bench, node, database).measure();
    }
    if (rows.contains("g")) {
      new Nodes(bench, node, database).measure();
    }
    if (soakMinutes > 0) {
      new Soak(bench, node, database).measure(soakMinutes);
    }
    if (rows.contains("c")) {
      // The server stands still meanwhile: a node that fans out on the same cores is no capture.
      node.signal("STOP");
      try {
        new Capture(bench, database).measure();
      } finally {
        node.signal("CONT");
      }
    }
  }
}
