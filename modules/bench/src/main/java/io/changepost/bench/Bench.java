package io.changepost.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Everything that a measurement works on, and what came of it so far. */
final class Bench implements AutoCloseable {

  private final boolean quick;
  private final Path folder;
  private final Endpoint endpoint;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Plot> plots = new ArrayList<>();

  private Bench(boolean quick, Path folder, Endpoint endpoint) {
    this.quick = quick;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  static Bench open(boolean quick) throws IOException {
    return new Bench(quick, Files.createTempDirectory("changepost-bench"), Endpoint.start());
  }

  /** The one in a quick run, or the other. */
  int either(int inQuick, int inFull) {
    return quick ? inQuick : inFull;
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
    say(Table.line(figure));
  }

  void add(Plot plot) {
    plots.add(plot);
  }

  /** What is being done, for whoever waits. */
  void say(String line) {
    System.err.println(line);
  }

  List<Figure> figures() {
    return figures;
  }

  List<Plot> plots() {
    return plots;
  }

  /** Waits until the receiver answered that many and all is recorded; gives the seconds. */
  double drained(HostDatabase database, long posts, int seconds) throws SQLException {
    long begin = System.nanoTime();
    long end = begin + seconds * 1_000_000_000L;
    while (endpoint.count() < posts || database.isBusy()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            endpoint.count() + " of " + posts + " arrived within " + seconds + " s");
      }
      pause(10);
    }
    return (System.nanoTime() - begin) / 1e9;
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
