package io.changepost.micro;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code ./changepost bench --micro}. */
public final class Micro {

  private static final String HELP =
      """
      Usage: changepost bench --micro [--quick] [--page=FILE] [NAME...]
      Measures the pure steps of a delivery with JMH: nanoseconds and bytes allocated for one.
            --quick       Half a minute instead of five; rougher
            --page=FILE   Write the table into that page, between its marks for it
            NAME          Only the steps whose name holds it, such as render
      """;

  private static final String BEGIN = "<!-- micro -->";
  private static final String END = "<!-- end of micro -->";

  private Micro() {}

  /** Ends with 0 where all was measured, 1 where something failed, 2 for wrong words. */
  public static void main(String[] args) throws IOException, RunnerException {
    boolean quick = false;
    Path page = null;
    List<String> names = new ArrayList<>();
    for (String arg : args) {
      if (arg.equals("--quick")) {
        quick = true;
      } else if (arg.startsWith("--page=")) {
        page = Path.of(arg.substring("--page=".length()));
      } else if (arg.equals("--help") || arg.equals("-h")) {
        System.out.print(HELP);
        return;
      } else if (arg.startsWith("-")) {
        System.err.println("changepost bench --micro: unknown option " + arg + "\n" + HELP);
        System.exit(2);
      } else {
        names.add(arg);
      }
    }
    List<RunResult> results = run(names, quick);
    if (results.isEmpty()) {
      System.err.println(
          "changepost bench --micro: no step is called " + String.join(" or ", names));
      System.exit(2);
    }
    List<String> lines = lines(results);
    lines.forEach(System.out::println);
    if (page != null) {
      write(page, lines, quick);
    }
  }

  private static List<RunResult> run(List<String> names, boolean quick) throws RunnerException {
    List<RunResult> results = new ArrayList<>();
    for (Class<?> steps : List.of(MessageSteps.class, AnswerSteps.class)) {
      ChainedOptionsBuilder options =
          new OptionsBuilder()
              .mode(Mode.AverageTime)
              .timeUnit(java.util.concurrent.TimeUnit.NANOSECONDS)
              .addProfiler(GCProfiler.class)
              .forks(quick ? 1 : 2)
              .warmupIterations(quick ? 1 : 3)
              .warmupTime(TimeValue.milliseconds(quick ? 300 : 1_000))
              .measurementIterations(quick ? 2 : 5)
              .measurementTime(TimeValue.milliseconds(quick ? 200 : 1_000))
              .jvmArgs("-Xmx512m")
              .verbosity(VerboseMode.SILENT);
      if (steps == AnswerSteps.class) {
        options = options.param("bytes", "700");
      }
      if (names.isEmpty()) {
        options = options.include(steps.getName() + ".*");
      }
      for (String name : names) {
        options = options.include(steps.getName() + ".*" + name + ".*");
      }
      System.err.println("measuring " + steps.getSimpleName());
      try {
        results.addAll(new Runner(options.build()).run());
      } catch (NoBenchmarksException otherNames) {
        // The names are those of the other class.
      }
    }
    return results;
  }

  /** A table as pages have it. */
  static List<String> lines(List<RunResult> results) {
    List<String> lines = new ArrayList<>();
    lines.add("| step | message | time | | allocated |");
    lines.add("| --- | ---: | ---: | --- | ---: |");
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      boolean sized = name.contains(MessageSteps.class.getSimpleName());
      Result<?> time = result.getPrimaryResult();
      Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %,.0f ns | ± %,.0f | %s |",
              name.substring(name.lastIndexOf('.') + 1).replace('_', ' '),
              sized ? result.getParams().getParam("bytes") + " bytes" : "",
              time.getScore(),
              time.getStatistics().getStandardDeviation(),
              bytes == null ? "" : String.format(Locale.ROOT, "%,.0f bytes", bytes.getScore())));
    }
    return lines;
  }

  private static void write(Path page, List<String> lines, boolean quick) throws IOException {
    String old = Files.readString(page);
    if (!old.contains(BEGIN) || !old.contains(END)) {
      throw new IOException(page + " has no " + BEGIN + " and " + END);
    }
    String head =
        "\nMeasured on "
            + java.time.LocalDate.now(java.time.ZoneOffset.UTC)
            + " with JMH, one thread, mean and standard deviation of "
            + (quick ? "2 iterations" : "10 iterations in 2 JVMs")
            + ": processor "
            + processor()
            + ", Java "
            + Runtime.version()
            + ".\n\n";
    Files.writeString(
        page,
        old.substring(0, old.indexOf(BEGIN) + BEGIN.length())
            + head
            + String.join("\n", lines)
            + "\n\n"
            + old.substring(old.indexOf(END)));
  }

  private static String processor() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    return Files.exists(cpuinfo)
        ? Files.readAllLines(cpuinfo).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown")
        : "unknown";
  }
}
