package io.changepost.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server, started with the launcher as its users start it, with the settings it comes with. */
final class Node implements AutoCloseable {

  /** Where the API is opened with. */
  static final String OPERATOR_KEY = "cpo_bench_operator_key_0123456789";

  private static final Pattern READY = Pattern.compile("Changepost ready in ([0-9.]+) s: .*");
  private static final Pattern HEAP =
      Pattern.compile("jvm_memory_used_bytes\\{area=\"heap\"[^}]*} ([0-9.E]+)");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final int port;
  private final int managementPort;
  private final double readySeconds;

  private Node(Process process, int port, int managementPort, double readySeconds) {
    this.process = process;
    this.port = port;
    this.managementPort = managementPort;
    this.readySeconds = readySeconds;
  }

  /** A node with the embedded PostgreSQL in that folder. */
  static Node embedded(Path data) throws IOException {
    return start(data, Map.of());
  }

  /** One more node on the database of another. */
  static Node beside(String databaseUrl, Path data) throws IOException {
    return start(
        data,
        Map.of(
            "CHANGEPOST_DATABASE_URL", databaseUrl,
            "CHANGEPOST_DATABASE_USERNAME", "postgres",
            "CHANGEPOST_DATABASE_PASSWORD", ""));
  }

  /** Another program may take a port between its choice and its use, so three are tried. */
  private static Node start(Path data, Map<String, String> more) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return once(data, more);
      } catch (IOException failed) {
        if (tries == 3 || !String.valueOf(failed.getMessage()).contains("cannot listen")) {
          throw failed;
        }
      }
    }
  }

  private static Node once(Path data, Map<String, String> more) throws IOException {
    Path home = Path.of(Objects.requireNonNull(System.getProperty("changepost.home")));
    int port = freePort();
    int managementPort = freePort();
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("changepost").toString(), "start")
            .directory(home.toFile())
            .redirectErrorStream(true);
    Map<String, String> settings = new HashMap<>();
    settings.put("CHANGEPOST_CONFIG", withoutSettings(data).toString());
    settings.put("CHANGEPOST_DATA_DIR", data.toString());
    settings.put("CHANGEPOST_HTTP_PORT", Integer.toString(port));
    settings.put("CHANGEPOST_MANAGEMENT_PORT", Integer.toString(managementPort));
    settings.put("CHANGEPOST_OPERATOR_KEY", OPERATOR_KEY);
    settings.put("CHANGEPOST_ENDPOINTS_HTTPS_ONLY", "false");
    settings.put("CHANGEPOST_ENDPOINTS_ALLOWED_NETWORKS", "127.0.0.0/8");
    settings.put("CHANGEPOST_WEBHOOKS_LIMIT", "10000");
    settings.putAll(more);
    Map<String, String> environment = NodeEnvironment.of(System.getenv(), settings);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> said = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      said.add(line);
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        drain(out);
        return new Node(process, port, managementPort, Double.parseDouble(ready.group(1)));
      }
    }
    throw new IOException("the server did not start:\n" + String.join("\n", said));
  }

  /** Else the server reads the settings file of the installation. */
  private static Path withoutSettings(Path data) throws IOException {
    Path file = data.resolveSibling("no-settings.properties");
    return Files.exists(file) ? file : Files.createFile(file);
  }

  private static void drain(BufferedReader out) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (out.readLine() != null) {
                  Thread.onSpinWait();
                }
              } catch (IOException ended) {
                // The server is gone.
              }
            },
            "server's output");
    thread.setDaemon(true);
    thread.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  double readySeconds() {
    return readySeconds;
  }

  Api api() {
    return new Api("http://127.0.0.1:" + port + "/api/v1");
  }

  long pid() {
    return process.pid();
  }

  /** Stops the process where it stands, or lets it go on. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
  }

  /** Microseconds of processor time since the start. */
  long cpuMicros() {
    return Processor.alone(pid());
  }

  /** Collects garbage, so that what is in use afterwards lives; nothing where there is no jcmd. */
  void collect() throws InterruptedException {
    try {
      new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
              Long.toString(pid()),
              "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException runtimeAlone) {
      // Then it is what lives and what waits for the collector.
    }
  }

  /** Bytes of heap in use, what waits for the collector included. */
  long heapBytes() throws IOException, InterruptedException {
    String metrics =
        HTTP.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + managementPort + "/observe/metrics"))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher heap = HEAP.matcher(metrics);
    double bytes = 0;
    while (heap.find()) {
      bytes += Double.parseDouble(heap.group(1));
    }
    return (long) bytes;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
