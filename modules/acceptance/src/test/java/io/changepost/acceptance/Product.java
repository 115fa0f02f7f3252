package io.changepost.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.testkit.FreePort;
import io.changepost.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Changepost as its users start it: the launcher in a process of its own, and its HTTP API. */
public final class Product implements AutoCloseable {

  public static final String OPERATOR_KEY = "cpo_acceptance_operator_key_0123456789";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Map<String, String> environment;
  private final int port;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private List<String> under = List.of();
  private @Nullable Process process;

  /** A server on that database; it is started by {@link #start()}. */
  public Product(TestDatabase database, Map<String, String> settings) {
    port = FreePort.next();
    environment = new HashMap<>();
    environment.put("CHANGEPOST_DATABASE_URL", database.url());
    environment.put("CHANGEPOST_DATABASE_USERNAME", database.username());
    environment.put("CHANGEPOST_DATABASE_PASSWORD", database.password());
    environment.put("CHANGEPOST_HTTP_PORT", Integer.toString(port));
    environment.put("CHANGEPOST_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    environment.put("CHANGEPOST_OPERATOR_KEY", OPERATOR_KEY);
    environment.put("CHANGEPOST_ENDPOINTS_HTTPS_ONLY", "false");
    environment.put("CHANGEPOST_ENDPOINTS_ALLOWED_NETWORKS", "127.0.0.0/8");
    environment.put("CHANGEPOST_DATA_DIR", temporaryDirectory());
    environment.putAll(settings);
  }

  private static String temporaryDirectory() {
    try {
      return Files.createTempDirectory("changepost-acceptance").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("changepost"))) {
      here = Objects.requireNonNull(here.getParent(), "the launcher is in no folder above");
    }
    return here;
  }

  /** Starts the launcher and waits for its ready line. */
  public Product start() {
    Process started = launch("start");
    process = started;
    BufferedReader reader =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    Thread pump =
        new Thread(
            () -> {
              try {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  output.add(line);
                }
              } catch (IOException closed) {
                // The process has ended; what it said is kept.
              }
            },
            "output");
    pump.setDaemon(true);
    int before = readyLines();
    pump.start();
    Awaitility.await("ready line")
        .atMost(Duration.ofSeconds(180))
        .failFast(
            () -> {
              if (!started.isAlive()) {
                throw new AssertionError("it ended: " + String.join("\n", output));
              }
            })
        .until(() -> readyLines() > before);
    return this;
  }

  private int readyLines() {
    return (int) output.stream().filter(line -> line.startsWith("Changepost ready in ")).count();
  }

  /** Runs the launcher with these words and these settings; the caller waits for its end. */
  public Process launch(String... words) {
    List<String> command = new ArrayList<>(under);
    command.add(root().resolve("changepost").toString());
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(root().toFile());
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    running().destroyForcibly();
    exitStatus();
  }

  /** SIGTERM; returns the exit status. */
  public int stop() {
    running().destroy();
    return exitStatus();
  }

  private Process running() {
    return Objects.requireNonNull(process, "it was not started");
  }

  private int exitStatus() {
    Process ending = running();
    try {
      if (!ending.waitFor(60, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end: " + String.join("\n", output));
      }
      return ending.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Where the API is. */
  public String base() {
    return "http://127.0.0.1:" + port + "/api/v1";
  }

  /** Its process, which the launcher became. */
  public ProcessHandle process() {
    return running().toHandle();
  }

  /** From the next start on the launcher is run by this command, which must become it. */
  public Product under(String... command) {
    under = List.of(command);
    return this;
  }

  /** Settings of the next start, over those there are. */
  public Product with(Map<String, String> settings) {
    environment.putAll(settings);
    return this;
  }

  /** A path on the management port. */
  public String managementUrl(String path) {
    return "http://127.0.0.1:" + environment.get("CHANGEPOST_MANAGEMENT_PORT") + path;
  }

  /** What the management port answers. */
  public String observe(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(managementUrl("/observe/" + path)))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** True until the process has ended. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Waits for its end, whoever brings it about. */
  public int awaitEnd() {
    return exitStatus();
  }

  public List<String> output() {
    return output;
  }

  public JsonNode post(String key, String path, String json) {
    return call("POST", key, path, json);
  }

  public JsonNode put(String key, String path, String json) {
    return call("PUT", key, path, json);
  }

  public JsonNode get(String key, String path) {
    return call("GET", key, path, null);
  }

  /** The answer's JSON; any status but 2xx fails the test. */
  public JsonNode call(String method, String key, String path, @Nullable String json) {
    HttpResponse<String> response = exchange(method, key, path, json);
    if (response.statusCode() / 100 != 2) {
      throw new AssertionError(
          method + " " + path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body().isEmpty() ? Json.parse("null") : Json.parse(response.body());
  }

  public HttpResponse<String> exchange(
      String method, String key, String path, @Nullable String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
            .timeout(Duration.ofSeconds(60))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .method(
                method,
                json == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A new organization. */
  public Organization organization(String name) {
    JsonNode made = post(OPERATOR_KEY, "/organizations", "{\"name\":\"" + name + "\"}");
    return new Organization(this, made.get("id").asLong(), made.get("key").asText());
  }

  @Override
  public void close() {
    if (process == null || !process.isAlive()) {
      return;
    }
    if ("".equals(environment.get("CHANGEPOST_DATABASE_URL"))) {
      // Its embedded PostgreSQL would stay behind.
      stop();
    } else {
      kill();
    }
  }
}
