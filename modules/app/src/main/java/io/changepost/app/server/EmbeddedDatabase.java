package io.changepost.app.server;

import io.changepost.app.settings.WrongSettingException;
import io.changepost.persistence.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL in a folder of ours, durable as PostgreSQL is by default. A server that a
 * killed process left behind is stopped first. It listens on the loopback address alone, on a port
 * that is free. Not thread-safe.
 */
public final class EmbeddedDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration STARTS_WITHIN = Duration.ofSeconds(60);
  private static final String ROLE = "postgres";
  private static final int POOL = 10;

  private final Path dataDir;
  private final Path binaries;
  private final FolderLock lock;
  private final int port;
  private @Nullable EmbeddedPostgres postgres;

  private EmbeddedDatabase(Path dataDir, Path binaries, FolderLock lock, int port) {
    this.dataDir = dataDir;
    this.binaries = binaries;
    this.lock = lock;
    this.port = port;
  }

  /**
   * Takes the folder for this process; nothing is started yet.
   *
   * @param binaries where PostgreSQL's programs are unpacked, once for all who name the same folder
   * @throws WrongSettingException where another Changepost holds the folder, or it cannot be
   *     written
   */
  public static EmbeddedDatabase in(Path dataDir, Path binaries) {
    try {
      makePrivate(dataDir);
      makePrivate(binaries);
      return new EmbeddedDatabase(dataDir, binaries, FolderLock.take(dataDir), freePort());
    } catch (IOException e) {
      throw new WrongSettingException(
          "changepost.data.dir = "
              + dataDir
              + ": it must be a folder that can be written ("
              + e
              + ")");
    }
  }

  /** Keys, data and programs that we run are in it, so nobody else may look or write there. */
  private static void makePrivate(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null && !Files.exists(parent)) {
        makePrivate(parent);
      }
      Files.createDirectories(folder);
      permit(folder, "rwx------");
    }
  }

  private static void permit(Path folder, String permissions) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }

  /** How to connect, once it is started. */
  public DatabaseSettings settings() {
    return new DatabaseSettings(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", ROLE, "", POOL);
  }

  /**
   * Starts it on what the folder holds, or on a new cluster; returns when it takes connections.
   *
   * @throws WrongSettingException where PostgreSQL does not start, with what it said last
   */
  void start() {
    Path cluster = dataDir.resolve("postgres");
    Path unfinished = dataDir.resolve("postgres.unfinished");
    Path log = dataDir.resolve("postgres.log");
    try {
      if (Files.exists(unfinished)) {
        deleteAll(cluster);
      }
      Orphan.stopIn(cluster);
      if (!Files.exists(cluster)) {
        Files.writeString(unfinished, "a cluster beside this file was never ready\n");
      }
      postgres = run(cluster, log);
      // The library opens the folder of its programs to everybody.
      permit(binaries, "rwx------");
      Files.deleteIfExists(unfinished);
    } catch (IOException | UncheckedIOException | IllegalStateException e) {
      throw new WrongSettingException(
          "changepost.data.dir = "
              + dataDir
              + ": PostgreSQL does not start in it: "
              + lastLine(log)
              + " ("
              + e.getMessage()
              + ")");
    }
  }

  private EmbeddedPostgres run(Path cluster, Path log) throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setDataDirectory(cluster)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(binaries.toFile())
        .setRegisterShutdownHook(false)
        // The library turns both off, for tests.
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        // A socket in /tmp would be open to every user of the machine, and so would its name.
        .setServerConfig("unix_socket_directories", "")
        .setPGStartupWait(STARTS_WITHIN)
        .setOutputRedirector(Redirect.appendTo(log.toFile()))
        .setErrorRedirector(Redirect.appendTo(log.toFile()))
        .start();
  }

  private static String lastLine(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.stream()
          .filter(line -> line.contains("FATAL") || line.contains("ERROR"))
          .reduce((first, second) -> second)
          .orElse("see " + log);
    } catch (IOException | UncheckedIOException unreadable) {
      return "it said nothing";
    }
  }

  /** Removes a folder and all that is in it; what is not there is no error. */
  public static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    }
  }

  /** Stops it, and gives the folder back. */
  @Override
  public void close() throws IOException {
    try {
      if (postgres != null) {
        postgres.close();
      }
    } finally {
      giveBack();
    }
  }

  /** Gives the folder back, where it was not started. */
  void giveBack() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("{} cannot be given back before the process ends: {}", dataDir, e.getMessage());
    }
  }
}
