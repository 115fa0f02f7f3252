package io.changepost.app;

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
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A node in this process on a fresh database, which may post to this machine. */
public final class TestServer implements AutoCloseable {

  /** The operator's key. */
  public static final String KEY = "only-for-tests-of-the-operator";

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final ServerSettings settings;
  private final Server server;

  private TestServer(ServerSettings settings) {
    this.settings = settings;
    this.server = new Server(settings).start();
  }

  /** Its files go into {@code folder}; {@code more} are settings. */
  public static TestServer start(Path folder, Map<String, String> more) {
    TestDatabase database = TestPostgres.freshDatabase();
    Map<String, String> values = new HashMap<>();
    values.put("changepost.database.url", database.url());
    values.put("changepost.database.username", database.username());
    values.put("changepost.database.password", database.password());
    values.put("changepost.data.dir", folder.toString());
    values.put("changepost.http.port", Integer.toString(FreePort.next()));
    values.put("changepost.management.port", Integer.toString(FreePort.next()));
    values.put("changepost.operator.key", KEY);
    values.put("changepost.endpoints.https-only", "false");
    values.put("changepost.endpoints.allowed-networks", "127.0.0.0/8");
    values.put("changepost.shutdown.timeout", "5s");
    values.putAll(more);
    return new TestServer(ServerSettings.of(RawSettings.of(values), HOME));
  }

  /** Where the API is, without a path. */
  public String url() {
    return settings.listen().http().url();
  }

  /** Where operators look, without a path. */
  public String managementUrl() {
    return settings.listen().management().url();
  }

  /** What a GET of the management port gives. */
  public String managed(String path) {
    return send(HttpRequest.newBuilder(URI.create(managementUrl() + path))).body();
  }

  /** A call of the API with that key; an empty body for none. */
  public HttpResponse<String> call(String key, String method, String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(
          request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** An organization with a starred relation with company 1; gives its key. */
  public String organization(String name) {
    String key =
        call(KEY, "POST", "/organizations", "{\"name\":\"" + name + "\"}")
            .body()
            .replaceFirst(".*\"key\":\"([^\"]*)\".*", "$1");
    touchCompany("a company");
    call(key, "PUT", "/relations/1", "{\"star\":\"gold\"}");
    return key;
  }

  /** Changes company 1. */
  public void touchCompany(String name) {
    call(KEY, "PUT", "/companies/1", "{\"name\":\"" + name + "\"}");
  }

  /** A webhook for changes of companies; gives its id. */
  public long webhook(String key, String url) {
    String answer =
        call(
                key,
                "POST",
                "/webhooks",
                "{\"url\":\""
                    + url
                    + "\",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}")
            .body();
    return Long.parseLong(answer.replaceFirst(".*?\"id\":([0-9]+),.*", "$1"));
  }

  @Override
  public void close() {
    server.close();
  }
}
