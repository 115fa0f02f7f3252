package io.changepost.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.testkit.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in processes of their own, with the embedded database, as a supervisor sees it. */
class ProcessIT {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final String port = Integer.toString(FreePort.next());

  ProcessIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void end_what_is_left() throws InterruptedException {
    for (Process process : processes) {
      process.destroy();
      if (!process.waitFor(40, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private Process run(String name, Map<String, String> environment, String... words)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dchangepost.home=" + HOME,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "io.changepost.app.Changepost"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectOutput(folder.resolve(name + ".out").toFile());
    builder.redirectError(folder.resolve(name + ".err").toFile());
    builder.environment().put("CHANGEPOST_DATA_DIR", folder.resolve("data").toString());
    builder.environment().put("CHANGEPOST_HTTP_PORT", port);
    builder.environment().put("CHANGEPOST_MANAGEMENT_PORT", Integer.toString(FreePort.next()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private String said(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".out"))
        + Files.readString(folder.resolve(name + ".err"));
  }

  private Process started(String name) throws IOException {
    Process process = run(name, Map.of(), "start");
    Awaitility.await(name)
        .atMost(Duration.ofSeconds(90))
        .until(() -> !process.isAlive() || said(name).contains("Changepost ready in "));
    assertThat(process.isAlive()).as(said(name)).isTrue();
    return process;
  }

  private int ended(Process process) throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private String operatorKey(String name) throws IOException {
    return said(name)
        .lines()
        .filter(line -> line.startsWith("Operator key, shown this once: "))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> call(String method, String path, String key, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void it_survives_a_kill_and_ends_with_status_0_when_told() throws Exception {
    Process first = started("first");
    String key = operatorKey("first");
    assertThat(said("first"))
        .containsPattern(
            "(?m)^Changepost ready in \\d+\\.\\d s: http://127.0.0.1:"
                + port
                + " \\(PostgreSQL embedded, \\d+ routes\\)$");
    assertThat(call("PUT", "/api/v1/companies/12", key, "{\"name\": \"Bakker\"}").statusCode())
        .isEqualTo(201);

    // It has the port of the first as well, which is not what its owner has to hear of.
    Process beside = run("beside", Map.of(), "start");
    assertThat(ended(beside)).isEqualTo(1);
    assertThat(said("beside").strip().lines())
        .singleElement()
        .asString()
        .startsWith("changepost.data.dir = ")
        .contains("another Changepost is running");

    first.destroyForcibly();
    first.waitFor();
    Process second = started("second");
    assertThat(said("second")).contains("that a killed process left behind");
    assertThat(call("PUT", "/api/v1/companies/12", key, "{\"name\": \"Bakker\"}").statusCode())
        .isEqualTo(200);
    assertThat(call("GET", "/health", key, "").body()).isEqualTo("ok");

    second.destroy();
    assertThat(ended(second)).as(said("second")).isZero();
    assertThat(folder.resolve("data/postgres/postmaster.pid")).doesNotExist();
  }

  @Test
  void told_to_end_while_it_waits_for_a_database_it_ends_without_a_complaint() throws Exception {
    Process process =
        run(
            "waiting",
            Map.of(
                "CHANGEPOST_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + FreePort.next() + "/none",
                "CHANGEPOST_DATABASE_USERNAME",
                "nobody"),
            "start");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> said("waiting").contains("waiting for the database at "));

    process.destroy();
    assertThat(ended(process)).as(said("waiting")).isZero();
    assertThat(said("waiting").strip().lines())
        .allSatisfy(line -> assertThat(line).contains("waiting for the database at "));
  }

  @Test
  void a_wrong_setting_is_one_line_and_status_1() throws Exception {
    Process process = run("wrong", Map.of("CHANGEPOST_DELIVERY_LEASE", "20s"), "start");

    assertThat(ended(process)).isEqualTo(1);
    assertThat(said("wrong").strip())
        .isEqualTo(
            "changepost.delivery.lease = 20s: it must be at least twice"
                + " changepost.delivery.timeout, which is 15s");
  }

  @Test
  void a_settings_file_that_is_not_there_is_refused() throws Exception {
    Process process = run("none", Map.of("CHANGEPOST_CONFIG", "/no/such.properties"), "start");

    assertThat(ended(process)).isEqualTo(1);
    assertThat(said("none").strip())
        .isEqualTo("CHANGEPOST_CONFIG = /no/such.properties: there is no such file to read");
  }
}
