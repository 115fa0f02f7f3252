package io.changepost.acceptance.matrix;

import io.changepost.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A PgBouncer of the machine in transaction mode before a PostgreSQL. */
final class Pooler implements AutoCloseable {

  private final Path program;
  private final Path settings;
  private final int port = FreePort.next();
  private Process process;

  Pooler(Path program, int target) throws Exception {
    this.program = program;
    Path folder = Files.createTempDirectory("changepost-pooler");
    settings = folder.resolve("pgbouncer.ini");
    Files.writeString(folder.resolve("users.txt"), "\"changepost_test\" \"changepost_test\"\n");
    Files.writeString(
        settings,
        "[databases]\n* = host=127.0.0.1 port="
            + target
            + "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = "
            + port
            + "\nunix_socket_dir =\nauth_type = trust\nauth_file = "
            + folder.resolve("users.txt")
            + "\npool_mode = transaction\ndefault_pool_size = 10\nmax_client_conn = 100\n");
    if (isRoot()) {
      new ProcessBuilder("chown", "-R", "postgres", folder.toString()).start().waitFor();
    }
    process = start();
  }

  int port() {
    return port;
  }

  void restart() throws Exception {
    process.destroyForcibly().waitFor();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process = start();
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.addAll(List.of(program.toString(), "-q", settings.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
