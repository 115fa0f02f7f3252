package io.changepost.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Everything that a measurement works on, and what came of it so far. */
final class Bench implements AutoCloseable {

  /** When a quick run has to be at its end. */
  private static final double QUICK_SECONDS = 120;

  private static final double FULL_SECONDS = 300;

  private final long begin = System.nanoTime();
  private final boolean quick;
  private final boolean limited;
  private final Path folder;
  private final Endpoint endpoint;
  private final List<Figure> figures = new ArrayList<>();
  private final Map<String, String> plots = new LinkedHashMap<>();
  private final List<String> leftOut = new ArrayList<>();
  private long endedMicros;

  private Bench(boolean quick, boolean limited, Path folder, Endpoint endpoint) {
    this.quick = quick;
    this.limited = limited;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  /**
   * Starts the receiver; the caller closes.
   *
   * @param quick shorter and fewer runs
   * @param limited to two minutes, rather with less measured
   */
  static Bench open(boolean quick, boolean limited) throws IOException {
    return new Bench(
        quick, limited, Files.createTempDirectory("changepost-bench"), Endpoint.start());
  }

  boolean isQuick() {
    return quick;
  }

  /** The one in a quick run, or the other. */
  int either(int inQuick, int inFull) {
    return quick ? inQuick : inFull;
  }

  double either(double inQuick, double inFull) {
    return quick ? inQuick : inFull;
  }

  /** False in a limited run that has gone on for so long, because the machine is slow or busy. */
  boolean hasTime(double seconds) {
    return !limited || elapsed() < seconds;
  }

  private double elapsed() {
    return (System.nanoTime() - begin) / 1e9;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Path folder(String name) {
    return folder.resolve(name);
  }

  /** Keeps a figure and shows it. */
  void add(Figure figure) {
    figures.add(figure);
    System.err.println(Table.line(figure));
  }

  /** Keeps a plot, as SVG. */
  void add(String name, String svg) {
    plots.put(name, svg);
  }

  /** What is being done, for whoever waits. */
  void say(String line) {
    System.err.printf(Locale.ROOT, "%5.0f s  %s%n", elapsed(), line);
  }

  /** Notes what a quick run does not measure; nothing in a full one. */
  void leaveOut(String row, String what) {
    if (quick) {
      miss(row, what);
    }
  }

  /** Notes what could not be measured. */
  void miss(String row, String what) {
    leftOut.add(row + ": " + what);
    say("left out of " + row + ": " + what);
  }

  /** Something that the measurement ran ends now, and had that much processor time. */
  void ends(long cpuMicros) {
    endedMicros += cpuMicros;
  }

  /** Processor time of what has ended. */
  long endedMicros() {
    return endedMicros;
  }

  List<String> leftOut() {
    return leftOut;
  }

  List<Figure> figures() {
    return figures;
  }

  Map<String, String> plots() {
    return plots;
  }

  /** Waits until the receiver answered that many and all is recorded; gives the seconds. */
  double drained(HostDatabase database, long posts) throws SQLException {
    long from = System.nanoTime();
    double seconds = limited ? Math.max(5, QUICK_SECONDS - 10 - elapsed()) : FULL_SECONDS;
    long end = from + (long) (seconds * 1e9);
    // Asking takes time from what is measured, so seldom while there is much to do.
    long arrived = endpoint.count();
    while (arrived < posts || database.isBusy()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT, "%,d of %,d arrived within %.0f s", arrived, posts, seconds));
      }
      pause(arrived < posts ? 20 : 5);
      arrived = endpoint.count();
    }
    return (System.nanoTime() - from) / 1e9;
  }

  static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    endpoint.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
