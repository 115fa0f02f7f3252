package io.changepost.api;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls the API with the same headers each time; every answer is checked against openapi.yaml. */
final class Client {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final String base;
  private final CheckAnswer check;
  private final List<String> headers;

  Client(String base, CheckAnswer check, List<String> headers) {
    this.base = base;
    this.check = check;
    this.headers = headers;
  }

  Client with(String... more) {
    return new Client(base, check, Stream.concat(headers.stream(), Stream.of(more)).toList());
  }

  Answer get(String path) {
    return call("GET", path, null);
  }

  Answer delete(String path) {
    return call("DELETE", path, null);
  }

  Answer post(String path, @Nullable String json) {
    return call("POST", path, json);
  }

  Answer put(String path, String json) {
    return call("PUT", path, json);
  }

  Answer patch(String path, String json) {
    return call("PATCH", path, json);
  }

  Answer call(String method, String path, @Nullable String json) {
    return json == null
        ? send(method, path, HttpRequest.BodyPublishers.noBody(), List.of())
        : send(
            method,
            path,
            HttpRequest.BodyPublishers.ofString(json),
            List.of("Content-Type", "application/json"));
  }

  Answer send(
      String method, String path, HttpRequest.BodyPublisher body, List<String> moreHeaders) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(30));
    for (List<String> pairs : List.of(headers, moreHeaders)) {
      for (int i = 0; i < pairs.size(); i += 2) {
        request.header(pairs.get(i), pairs.get(i + 1));
      }
    }
    try {
      HttpResponse<String> response =
          HTTP.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
      Answer answer =
          new Answer(
              response.statusCode(), response.headers(), response.body(), json(response.body()));
      check.check(method, path, answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return text.startsWith("{") ? MAPPER.readTree(text) : MissingNode.getInstance();
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }
}
