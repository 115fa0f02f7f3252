package io.changepost.app.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL of a process that was killed: it lives on without its parent, and a second one
 * would not start beside it.
 */
final class Orphan {

  private static final Logger LOG = LoggerFactory.getLogger(Orphan.class);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(3);

  private Orphan() {}

  /**
   * Ends it as PostgreSQL is ended: sessions are cut, everything committed is on disk. Does nothing
   * where none runs in the folder; the caller holds the folder's lock.
   *
   * @throws IllegalStateException where it does not end
   */
  static void stopIn(Path cluster) throws IOException {
    Path pidFile = cluster.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
    long pid = number(lines, 0);
    ProcessHandle process = pid <= 0 ? null : ProcessHandle.of(pid).orElse(null);
    if (process == null || !process.isAlive()) {
      return;
    }
    if (!isPostgresOf(cluster, process, number(lines, 2))) {
      // The number was given to another process since, and PostgreSQL would take it for itself.
      Files.delete(pidFile);
      return;
    }
    LOG.info("stopping the PostgreSQL (pid {}) that a killed process left behind", pid);
    new ProcessBuilder("kill", "-INT", Long.toString(pid)).start();
    try {
      process.onExit().get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException(
          "the one with pid " + pid + " does not stop; stop it by hand");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while an old PostgreSQL stops", e);
    }
  }

  private static long number(List<String> lines, int line) {
    try {
      return lines.size() > line ? Long.parseLong(lines.get(line).trim()) : 0;
    } catch (NumberFormatException notOne) {
      return 0;
    }
  }

  /** By its command line where that can be read, else by the second it started in. */
  private static boolean isPostgresOf(Path cluster, ProcessHandle process, long startedSeconds) {
    String[] words = process.info().arguments().orElse(null);
    if (words != null) {
      return List.of(words).contains(cluster.toString());
    }
    Instant started = process.info().startInstant().orElse(Instant.MIN);
    return Duration.between(started, Instant.ofEpochSecond(startedSeconds))
            .abs()
            .compareTo(CLOCKS_DIFFER)
        < 0;
  }
}
