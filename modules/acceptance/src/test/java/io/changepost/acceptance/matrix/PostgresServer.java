package io.changepost.acceptance.matrix;

import io.changepost.testkit.FreePort;
import io.changepost.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A PostgreSQL of the machine with processes of its own, to be killed, restarted and promoted. */
final class PostgresServer implements AutoCloseable {

  private final Path bin;
  private final Path data;
  private final int port;
  private Map<String, String> environment = Map.of();

  private PostgresServer(Path bin, Path data, int port) {
    this.bin = bin;
    this.data = data;
    this.port = port;
  }

  /** Where the machine has the programs; PATH is not asked, because Debian keeps them off it. */
  static Optional<Path> programs() {
    Path debian = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(debian)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(debian)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(found -> Files.isExecutable(found.resolve("initdb")))
          .max(Path::compareTo);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Its version, for the page. */
  static String version() throws IOException {
    if (programs().isEmpty()) {
      return "none";
    }
    Process asked =
        new ProcessBuilder(programs().orElseThrow().resolve("postgres").toString(), "--version")
            .start();
    String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.replaceAll("[^0-9]*([0-9.]+)[^$]*", "$1");
  }

  static PostgresServer create() throws Exception {
    return create(folder(), "");
  }

  static PostgresServer with(String settings) throws Exception {
    return create(folder(), settings);
  }

  /** In a folder that is there and belongs to who runs PostgreSQL. */
  static PostgresServer create(Path base, String settings) throws Exception {
    PostgresServer server =
        new PostgresServer(programs().orElseThrow(), base.resolve("data"), FreePort.next());
    server.run(
        "initdb",
        "-D",
        server.data.toString(),
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        "--wal-segsize=2");
    server.append(
        "fsync = off\nmax_connections = 60\nunix_socket_directories = ''\nlisten_addresses = '127.0.0.1'\nport = "
            + server.port
            + "\nwal_level = replica\nmax_wal_senders = 4\n"
            + settings);
    server.start();
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute("create role changepost_test login password 'changepost_test'");
      statement.execute("create database platform owner changepost_test");
    }
    return server;
  }

  /** A streaming standby of this server, on a port of its own. */
  PostgresServer standby() throws Exception {
    Path base = folder();
    PostgresServer standby = new PostgresServer(bin, base.resolve("data"), FreePort.next());
    run(
        "pg_basebackup",
        "-D",
        standby.data.toString(),
        "-h",
        "127.0.0.1",
        "-p",
        Integer.toString(port),
        "-U",
        "postgres",
        "-R",
        "-c",
        "fast");
    standby.append("port = " + standby.port + "\n");
    standby.start();
    return standby;
  }

  /** What it is started with from the next start on. */
  void environment(Map<String, String> variables) {
    environment = variables;
  }

  int port() {
    return port;
  }

  TestDatabase database() {
    return on(port);
  }

  /** The same database, reached by another port. */
  TestDatabase on(int otherPort) {
    return new TestDatabase(
        "jdbc:postgresql://127.0.0.1:" + otherPort + "/platform",
        "changepost_test",
        "changepost_test",
        adminUrl());
  }

  Connection admin() throws SQLException {
    return DriverManager.getConnection(adminUrl(), "postgres", "");
  }

  void sql(String text) throws SQLException {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private String adminUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  void append(String settings) throws IOException {
    Path file = data.resolve("postgresql.conf");
    Files.writeString(file, Files.readString(file) + settings);
  }

  /** Starts it; after a kill the start fails while orphans live, so it is tried again. */
  void start() {
    Awaitility.await("PostgreSQL")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              run("pg_ctl", "-D", data.toString(), "-w", "-t", "20", "-l", data + ".log", "start");
              return true;
            });
  }

  void stop(String mode) throws Exception {
    run("pg_ctl", "-D", data.toString(), "-w", "-m", mode, "stop");
  }

  void promote() throws Exception {
    run("pg_ctl", "-D", data.toString(), "-w", "promote");
  }

  /** SIGKILL to the postmaster; its children end by themselves. */
  void kill() throws Exception {
    Scene.signal(postmaster(), "KILL");
  }

  ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  private void run(String program, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(bin.resolve(program).toString());
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (process.waitFor() != 0) {
      throw new IOException(program + " ended with " + process.exitValue());
    }
  }

  boolean isRunning() {
    try {
      return postmaster().isAlive();
    } catch (IOException | java.util.NoSuchElementException gone) {
      return false;
    }
  }

  static Path folder() throws IOException, InterruptedException {
    Path base = Files.createTempDirectory("changepost-pg");
    if (System.getProperty("user.name").equals("root")) {
      new ProcessBuilder("chown", "postgres", base.toString()).start().waitFor();
    }
    return base;
  }

  @Override
  public void close() {
    try {
      stop("immediate");
    } catch (Exception gone) {
      // It was killed by its trial.
    }
    try {
      new ProcessBuilder("rm", "-rf", data.toString(), data + ".log").start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
