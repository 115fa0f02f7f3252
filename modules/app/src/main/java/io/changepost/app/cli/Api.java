package io.changepost.app.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The HTTP API of one server, called with one key. What is no success is thrown. */
final class Api {

  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A replay of a million messages is one call. */
  private static final Duration ANSWER = Duration.ofMinutes(15);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final String server;
  private final String key;
  private final @Nullable Long organization;

  Api(String server, String key, @Nullable Long organization) {
    this.server = server.replaceFirst("/+$", "");
    this.key = key;
    this.organization = organization;
  }

  /** What the server answered: text as it stands, and read. */
  record Answer(String text) {

    JsonObject json() {
      try {
        return text.isEmpty() ? new JsonObject() : new JsonObject(text);
      } catch (DecodeException e) {
        throw new RefusedException("the answer is no JSON; is this a Changepost server?");
      }
    }
  }

  Answer get(String path) {
    return call("GET", path, null);
  }

  Answer post(String path, @Nullable JsonObject body) {
    return call("POST", path, body);
  }

  Answer delete(String path) {
    return call("DELETE", path, null);
  }

  private Answer call(String method, String path, @Nullable JsonObject body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target(path))
            .timeout(ANSWER)
            .header("Authorization", "Bearer " + key)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.encode()));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (organization != null) {
      request.header("X-Organization", organization.toString());
    }
    HttpResponse<String> answer = send(request.build());
    if (answer.statusCode() / 100 != 2) {
      throw new RefusedException(problem(answer));
    }
    return new Answer(answer.body());
  }

  private URI target(String path) {
    try {
      URI uri = URI.create(server + "/api/v1" + path);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new RefusedException(
        server + " is no URL of a server; write it as http://127.0.0.1:8080");
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException | HttpTimeoutException e) {
      throw new RefusedException(
          "no server answers at " + server + "; does it run? (./changepost start)");
    } catch (IOException e) {
      throw new RefusedException("no proper answer from " + server + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted");
    }
  }

  /** The problem in words: what it is, why, and each field that is wrong. */
  private static String problem(HttpResponse<String> answer) {
    JsonObject problem;
    try {
      problem = new JsonObject(answer.body());
    } catch (DecodeException e) {
      return "the server answered " + answer.statusCode() + "; is this a Changepost server?";
    }
    StringBuilder text = new StringBuilder();
    text.append(problem.getString("title", "the server answered " + answer.statusCode()));
    if (problem.getString("detail") != null) {
      text.append(": ").append(problem.getString("detail"));
    }
    for (Object error : problem.getJsonArray("errors", new JsonArray())) {
      JsonObject one = (JsonObject) error;
      text.append("\n  ")
          .append(one.getString("field"))
          .append(": ")
          .append(one.getString("message"));
    }
    if (answer.statusCode() == 401) {
      text.append("\n  (the key is what ")
          .append(ServerOptions.KEY_VARIABLE)
          .append(" or --key says, else changepost.operator.key of the settings)");
    }
    if (answer.statusCode() == 403 && text.indexOf("X-Organization") >= 0) {
      text.append("\n  (that is the option --organization)");
    }
    return Print.harmless(text.toString());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
