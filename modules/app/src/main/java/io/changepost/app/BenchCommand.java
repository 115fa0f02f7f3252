package io.changepost.app;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: the words of a program of its own, which the launcher starts instead of this one,
 * so that it does not measure itself. Here for the help, the completion and the documents.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures a server on this machine: throughput, latency, the cost of capture, isolation, and"
            + " more, beside a bare HTTP client.",
    footer = {"", "Example: ./changepost bench --quick --rows abc"})
final class BenchCommand implements Callable<Integer> {

  @Option(names = "--quick", description = "At most two minutes instead of twenty; rougher.")
  private boolean quick;

  @Option(
      names = "--rows",
      paramLabel = "LETTERS",
      description = "Which rows, of a to i; all but h where none is said.")
  private @Nullable String rows;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description = "Of row a only the lines that contain it.")
  private @Nullable String only;

  @Option(
      names = "--soak",
      paramLabel = "MINUTES",
      description = "That long at half the rate that was reached.")
  private @Nullable Integer soakMinutes;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there too.")
  private @Nullable Path json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write table and plots into that page.")
  private @Nullable Path page;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description = "Measure nothing: two runs from their JSON side by side.")
  private List<Path> compared = List.of();

  @Option(
      names = "--explain",
      paramLabel = "FOLDER",
      description = "Write the plans of the hot statements there.")
  private @Nullable Path explained;

  @Option(names = "--micro", description = "The pure steps alone, with JMH.")
  private boolean micro;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    throw new ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(),
        "bench is a program of its own: start it with ./changepost bench");
  }
}
