package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code ./changepost bench}. */
@Command(
    name = "changepost bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a server as its users start it, beside a bare HTTP client: throughput,",
      "latency, the cost of capture, isolation, waiting deliveries, start and several",
      "nodes. Everything runs on this machine, so what else runs on it spoils the",
      "figures."
    },
    footer = {
      "",
      "Examples:",
      "  ./changepost bench --quick",
      "  ./changepost bench --json a.json",
      "  ./changepost bench --compare a.json b.json",
      "  ./changepost bench --micro --help    the pure steps alone, with JMH"
    })
public final class BenchCommand implements Callable<Integer> {

  @Option(
      names = "--quick",
      description = "At most two minutes instead of about twenty; rougher, and less of it")
  private boolean quick;

  @Option(
      names = "--rows",
      paramLabel = "LETTERS",
      description =
          "Which rows: letters of a to i (default: all but h; f, a, b and c in a quick run)")
  private @Nullable String rows;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Of row a only the lines that contain it")
  private String only = "";

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      defaultValue = "0",
      description =
          "Row h, after the others: that long at half the rate that is reached (60 where only"
              + " --rows says h)")
  private int soakMinutes;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too")
  private @Nullable Path json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write table and plots into that page, as docs/performance.md is made")
  private @Nullable Path page;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description = "Measure nothing: print two runs from their JSON side by side")
  private List<Path> compared = List.of();

  @Option(
      names = "--explain",
      paramLabel = "FOLDER",
      description = "Measure nothing: write the plans of the hot statements, as docs/explain has")
  private @Nullable Path explained;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

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
    if (!compared.isEmpty()) {
      Comparison.lines(compared.get(0), compared.get(1)).forEach(System.out::println);
      return 0;
    }
    Objects.requireNonNull(System.getProperty("changepost.home"), "start it with ./changepost");
    if (rows != null && !rows.matches("[" + Run.ALL + "h]*")) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--rows takes letters of a to i, not " + rows);
    }
    if (explained != null) {
      Explain.into(explained);
      return 0;
    }
    boolean limited = quick && rows == null && soakMinutes == 0;
    try (Bench bench = Bench.open(quick, limited)) {
      bench.say(
          quick
              ? "measuring quickly" + (limited ? "; at most two minutes" : "")
              : "measuring; about twenty minutes for all rows");
      String wanted = rows == null ? (quick ? Run.QUICK : Run.ALL) : rows;
      if (soakMinutes > 0 && !wanted.contains("h")) {
        wanted += "h";
      }
      Run run = new Run(bench, wanted, only, soakMinutes > 0 ? soakMinutes : Run.SOAK_MINUTES);
      boolean complete = run.measure();
      Report report = run.report();
      System.out.println();
      report.heading();
      System.out.println("\n" + Table.head());
      bench.figures().forEach(figure -> System.out.println(Table.line(figure)));
      write(report);
      return complete ? 0 : 1;
    }
  }

  private void write(Report report) throws IOException {
    if (json != null) {
      report.json(json);
    }
    if (page != null) {
      report.page(page);
    }
  }
}
