package io.changepost.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.server.Server;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import io.changepost.testkit.FreePort;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A node whose routes are ours and a sample, edited as a person would edit them. */
final class Node implements AutoCloseable {

  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final String OPERATOR = "only-for-tests-of-the-operator";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Path routes;
  private final Map<String, String> settings = new HashMap<>();
  private final TestDatabase database = TestPostgres.freshDatabase();
  private final String url;
  private @Nullable Server server;
  private String key = "";

  private Node(Path folder) {
    try {
      routes = Files.createDirectory(folder.resolve("routes"));
      for (Path file : files(HOME.resolve("routes"))) {
        Files.copy(file, routes.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    int port = FreePort.next();
    url = "http://127.0.0.1:" + port + "/api/v1";
    settings.put("changepost.database.url", database.url());
    settings.put("changepost.database.username", database.username());
    settings.put("changepost.database.password", database.password());
    settings.put("changepost.data.dir", folder.resolve("data").toString());
    settings.put("changepost.http.port", Integer.toString(port));
    settings.put("changepost.management.port", Integer.toString(FreePort.next()));
    settings.put("changepost.operator.key", OPERATOR);
    settings.put("changepost.endpoints.https-only", "false");
    settings.put("changepost.endpoints.allowed-networks", "127.0.0.0/8");
    settings.put("changepost.routes", routes + "/*.camel.yaml");
    settings.put("changepost.redelivery.delays", "1s,1s,1s");
    settings.put("changepost.shutdown.timeout", "5s");
  }

  static Node in(Path folder) {
    return new Node(folder);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".camel.yaml")).toList();
    }
  }

  /** Copies a sample beside our routes. */
  Node with(String sample) {
    try {
      Files.copy(HOME.resolve("routes/samples").resolve(sample), routes.resolve("70-" + sample));
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Edits one of our files, where the text must stand once. */
  Node edit(String file, String text, String instead) {
    try {
      String before = Files.readString(routes.resolve(file));
      assertThat(before.split(java.util.regex.Pattern.quote(text), -1)).hasSize(2);
      Files.writeString(routes.resolve(file), before.replace(text, instead));
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Node set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Starts it, with an organization that has a star for company 1. */
  Node start() {
    server = new Server(ServerSettings.of(RawSettings.of(settings), HOME)).start();
    key =
        call(OPERATOR, "POST", "/organizations", "{\"name\":\"Builders\"}")
            .replaceFirst(".*\"key\":\"([^\"]*)\".*", "$1");
    call(OPERATOR, "PUT", "/companies/1", "{\"name\":\"a company\",\"phone\":\"015-1\"}");
    call(key, "PUT", "/relations/1", "{\"star\":\"gold\"}");
    return this;
  }

  /** The first webhook of the node has the id 1. */
  void webhook(String endpoint) {
    call(
        key,
        "POST",
        "/webhooks",
        "{\"url\":\""
            + endpoint
            + "\",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
  }

  void company(String name, String phone) {
    call(
        OPERATOR, "PUT", "/companies/1", "{\"name\":\"" + name + "\",\"phone\":\"" + phone + "\"}");
  }

  /** Lets a failure, once it is recorded, have begun that long ago; false before. */
  boolean failsSince(long webhook, Duration ago) {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                update changepost.webhook_health
                set failing_since = clock_timestamp() - ? * interval '1 second'
                where webhook_id = ? and failing_since is not null""")) {
      statement.setLong(1, ago.toSeconds());
      statement.setLong(2, webhook);
      return statement.executeUpdate() == 1;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  String asOrganization(String method, String path, String body) {
    return call(key, method, path, body);
  }

  private String call(String as, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + as)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
      return answer.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
