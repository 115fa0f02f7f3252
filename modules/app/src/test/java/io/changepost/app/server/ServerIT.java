package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.persistence.SecretBox;
import io.changepost.testkit.FreePort;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node in this process, on a PostgreSQL of its own. */
class ServerIT {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Path folder;

  ServerIT(@TempDir Path folder) {
    this.folder = folder;
  }

  private ServerSettings settings(TestDatabase database, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    values.put("changepost.database.url", database.url());
    values.put("changepost.database.username", database.username());
    values.put("changepost.database.password", database.password());
    values.put("changepost.data.dir", folder.toString());
    values.put("changepost.http.port", Integer.toString(FreePort.next()));
    values.put("changepost.management.port", Integer.toString(FreePort.next()));
    values.put("changepost.shutdown.timeout", "5s");
    values.putAll(more);
    return ServerSettings.of(RawSettings.of(values), HOME);
  }

  private static HttpResponse<String> get(ServerSettings.Address address, String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(address.url() + path))
              .timeout(Duration.ofSeconds(20))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_node_answers_and_can_be_watched() throws Exception {
    ServerSettings settings = settings(TestPostgres.freshDatabase(), Map.of());
    try (Server server = new Server(settings).start()) {
      ServerSettings.Address http = settings.listen().http();
      ServerSettings.Address management = settings.listen().management();

      assertThat(server.newOperatorKey().orElseThrow()).startsWith("cpo_");
      assertThat(server.routes()).isEqualTo(12);
      assertThat(server.isEmbedded()).isFalse();
      assertThat(get(http, "/health").body()).isEqualTo("ok");
      assertThat(get(http, "/").body()).contains("/web/app.js");
      assertThat(get(http, "/api/v1/openapi.yaml").statusCode()).isEqualTo(200);
      assertThat(get(http, "/observe/metrics").statusCode()).isEqualTo(404);
      assertThat(get(http, "/observe/health").statusCode()).isEqualTo(404);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThat(get(management, "/observe/health").body())
                      .startsWith("{\"status\":\"UP\"")
                      .contains("\"database\"", "\"route:fan-out\"", "\"route:attempt\""));
      assertThat(get(management, "/observe/metrics").body())
          .contains(
              "changepost_outbox_waiting",
              "changepost_deliveries_waiting",
              "changepost_attempts_total{outcome=\"delivered\"",
              "changepost_delivery_latency_seconds_bucket",
              "jvm_memory_used_bytes");
      assertThat(
              ManagementFactory.getPlatformMBeanServer()
                  .getAttribute(new ObjectName("changepost:type=Sender"), "InFlight"))
          .isEqualTo(0);
    }
    assertThat(
            ManagementFactory.getPlatformMBeanServer()
                .isRegistered(new ObjectName("changepost:type=Sender")))
        .isFalse();
  }

  @Test
  void jolokia_is_off_and_when_on_opens_only_to_the_password_and_little_then() throws Exception {
    TestDatabase database = TestPostgres.freshDatabase();
    ServerSettings off = settings(database, Map.of());
    try (Server server = new Server(off).start()) {
      assertThat(server.routes()).isPositive();
      assertThat(get(off.listen().management(), "/observe/jolokia/version").statusCode())
          .isEqualTo(404);
    }
    ServerSettings on =
        settings(
            database,
            Map.of(
                "changepost.jolokia.enabled", "true",
                "changepost.jolokia.password", "only-for-tests"));
    try (Server server = new Server(on).start()) {
      assertThat(server.routes()).isPositive();
      for (String path : List.of("", "/", "/version", "/list", "/read/java.lang:type=Memory")) {
        assertThat(jolokia(on, path, "").statusCode()).as(path).isEqualTo(401);
        assertThat(jolokia(on, path, "operator:wrong-password").statusCode())
            .as(path)
            .isEqualTo(401);
      }
      String operator = "operator:only-for-tests";
      assertThat(jolokia(on, operator, "read", "changepost:type=Sender", "").body())
          .contains("\"InFlight\":0");
      assertThat(jolokia(on, operator, "exec", "java.lang:type=Memory", ",'operation':'gc'").body())
          .contains("\"status\":403");
      assertThat(
              jolokia(
                      on,
                      operator,
                      "read",
                      "java.lang:type=Runtime",
                      ",'attribute':'SystemProperties'")
                  .body())
          .contains("\"status\":403");
      String claim = "org.apache.camel:context=changepost,name=\\\"claim\\\",type=routes";
      for (String operation : List.of("suspend()", "resume()")) {
        assertThat(jolokia(on, operator, "exec", claim, ",'operation':'" + operation + "'").body())
            .contains("\"status\":200");
      }
    }
    assertThat(folder.resolve("jolokia.properties")).doesNotExist();
  }

  private static HttpResponse<String> jolokia(ServerSettings settings, String path, String login)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(settings.listen().management().url() + "/observe/jolokia" + path));
    if (!login.isEmpty()) {
      request.header(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> jolokia(
      ServerSettings settings, String login, String type, String bean, String more)
      throws Exception {
    String body = "{'type':'" + type + "','mbean':'" + bean + "'" + more + "}";
    return HTTP.send(
        HttpRequest.newBuilder(
                URI.create(settings.listen().management().url() + "/observe/jolokia"))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void the_operators_key_is_made_once_and_a_given_one_is_not_made() {
    TestDatabase database = TestPostgres.freshDatabase();
    try (Server first = new Server(settings(database, Map.of())).start()) {
      assertThat(first.newOperatorKey()).isPresent();
    }
    try (Server second = new Server(settings(database, Map.of())).start()) {
      assertThat(second.newOperatorKey()).isEmpty();
    }
  }

  @Test
  void another_encryption_key_than_that_of_the_stored_secrets_is_refused() {
    TestDatabase database = TestPostgres.freshDatabase();
    SecretBox used = SecretBox.parse(SecretBox.newKey());
    new Server(settings(database, Map.of("changepost.encryption.key", SecretBox.newKey())))
        .start()
        .close();
    store(database, used);
    String other = SecretBox.newKey();

    Server refused = new Server(settings(database, Map.of("changepost.encryption.key", other)));

    assertThatThrownBy(refused::start)
        .isInstanceOf(WrongSettingException.class)
        .hasMessageStartingWith("changepost.encryption.key: ")
        .hasMessageContaining(used.keyId())
        .hasMessageNotContaining(other);
  }

  private static void store(TestDatabase database, SecretBox box) {
    try (java.sql.Connection connection = database.connect();
        java.sql.PreparedStatement insert =
            connection.prepareStatement(
                """
                with o as (insert into changepost.organization (name) values ('o') returning id),
                w as (insert into changepost.webhook (organization_id, url)
                      select id, 'https://example.com' from o returning id)
                insert into changepost.webhook_secret (webhook_id, kind, sealed)
                select id, 'hmac', ? from w""")) {
      insert.setBytes(1, box.seal(new byte[24]));
      insert.execute();
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_port_that_is_taken_is_told_in_one_line() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(other.getLocalPort());
      Server refused =
          new Server(
              settings(TestPostgres.freshDatabase(), Map.of("changepost.management.port", port)));

      assertThatThrownBy(refused::start)
          .isInstanceOf(WrongSettingException.class)
          .hasMessageStartingWith("changepost.management.port = " + port + ": cannot listen on")
          .hasMessageEndingWith("choose another with CHANGEPOST_MANAGEMENT_PORT");
    }
  }

  @Test
  void a_faulty_route_is_told_with_file_and_line_and_nothing_is_started() throws IOException {
    Path routes = Files.createDirectory(folder.resolve("routes"));
    Files.writeString(
        routes.resolve("own.camel.yaml"),
        """
        - route:
            id: own
            description: Sends to nobody
            from:
              uri: timer:own
              steps:
                - to:
                    uri: direct:nobody
        """);
    ServerSettings settings =
        settings(
            TestPostgres.freshDatabase(),
            Map.of("changepost.routes", "routes/*.camel.yaml," + routes + "/*.camel.yaml"));

    assertThatThrownBy(new Server(settings)::start)
        .isInstanceOf(WrongSettingException.class)
        .hasMessageContaining("own.camel.yaml:8")
        .hasMessageContaining("direct:nobody");
    // Its ports are free again.
    new ServerSocket(settings.listen().http().port()).close();
  }

  @Test
  void a_pattern_of_routes_that_matches_nothing_is_refused() {
    ServerSettings settings =
        settings(TestPostgres.freshDatabase(), Map.of("changepost.routes", "rutes/*.yaml"));

    assertThatThrownBy(new Server(settings)::start)
        .hasMessageContaining("changepost.routes: no file matches")
        .hasMessageContaining("rutes/*.yaml");
  }

  @Test
  void a_wrong_password_of_the_database_ends_the_start() {
    ServerSettings settings =
        settings(
            TestPostgres.freshDatabase(),
            Map.of("changepost.database.url", TestPostgres.freshDatabase().url() + "_none"));

    assertThatThrownBy(new Server(settings)::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("refuses us");
  }

  @Test
  void a_wait_for_a_database_that_is_not_there_can_be_ended() throws Exception {
    ServerSettings settings =
        settings(
            TestPostgres.freshDatabase(),
            Map.of("changepost.database.url", "jdbc:postgresql://127.0.0.1:9/none"));
    Server server = new Server(settings);
    Thread starting =
        new Thread(
            () -> {
              try {
                server.start();
              } catch (IllegalStateException given) {
                // It was told to stop.
              }
            });
    starting.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> get(settings.listen().http(), "/health").statusCode() == 503);

    server.close();

    starting.join(10_000);
    assertThat(starting.isAlive()).isFalse();
  }
}
