package io.changepost.app;

import io.changepost.persistence.DatabaseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL in a folder of ours, durable as PostgreSQL is by default. A server that a
 * killed process left behind is stopped first. It listens on the loopback address alone.
 */
final class EmbeddedDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(30);
  private static final int POOL = 10;

  private final EmbeddedPostgres postgres;
  private final FileChannel lockFile;

  private EmbeddedDatabase(EmbeddedPostgres postgres, FileChannel lockFile) {
    this.postgres = postgres;
    this.lockFile = lockFile;
  }

  /** Starts it on what the folder holds, or on a new cluster. */
  static EmbeddedDatabase start(Path dataDir) {
    try {
      Files.createDirectories(dataDir);
      FileChannel lock = lock(dataDir.resolve("lock"), dataDir);
      Path cluster = dataDir.resolve("postgres");
      stopOrphan(cluster.resolve("postmaster.pid"));
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(cluster)
              .setCleanDataDirectory(false)
              .setOverrideWorkingDirectory(dataDir.resolve("binaries").toFile())
              .setRegisterShutdownHook(false)
              // The library turns both off, for tests.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setPGStartupWait(Duration.ofSeconds(60))
              .start();
      return new EmbeddedDatabase(postgres, lock);
    } catch (IOException e) {
      throw new WrongSettingException(
          "cannot start PostgreSQL in " + dataDir + ": " + e.getMessage());
    }
  }

  private static FileChannel lock(Path file, Path dataDir) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException held) {
      // The same answer as for another process.
    }
    channel.close();
    throw new WrongSettingException(
        "changepost.data.dir = " + dataDir + ": another Changepost is running in it");
  }

  private static void stopOrphan(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
    long pid = lines.isEmpty() ? 0 : Long.parseLong(lines.get(0).trim());
    ProcessHandle orphan = ProcessHandle.of(pid).filter(EmbeddedDatabase::isPostgres).orElse(null);
    if (orphan == null) {
      return;
    }
    LOG.info("stopping the PostgreSQL (pid {}) that a killed process left behind", pid);
    // Its fast shutdown: sessions end, everything committed is on disk.
    new ProcessBuilder("kill", "-INT", Long.toString(pid)).start();
    try {
      orphan.onExit().get(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new WrongSettingException(
          "PostgreSQL (pid " + pid + ") does not stop; stop it by hand");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().map(command -> command.contains("postgres")).orElse(false);
  }

  DatabaseSettings settings() {
    return new DatabaseSettings(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", POOL);
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      LOG.warn("PostgreSQL did not stop cleanly: {}", e.getMessage());
    } finally {
      try {
        lockFile.close();
      } catch (IOException e) {
        LOG.warn("the lock of the data folder could not be given back: {}", e.getMessage());
      }
    }
  }
}
