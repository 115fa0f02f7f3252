package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of failures, and of health. */
class FailuresTest {

  @Test
  void our_own_fault_is_told_by_an_id_alone() {
    Response answer = Failures.response(new IllegalStateException("secret /path"), "getStats");
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(text).contains("urn:uuid:").doesNotContain("secret").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"08006", "57P01", "57014", "53300", "40001", "40P01", "55P03"})
  void trouble_that_passes_is_503(String state) {
    Throwable failure = new RuntimeException(new SQLException("host 10.0.0.1", state));
    assertThat(Failures.response(failure, "getStats").status()).isEqualTo(503);
  }

  @Test
  void a_client_that_goes_or_traces_does_no_harm() throws IOException {
    TestApi api = TestApi.shared();
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket
          .getOutputStream()
          .write(
              "POST /api/v1/tokens HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
                  .getBytes(StandardCharsets.US_ASCII));
    }
    try (Socket socket = new Socket("127.0.0.1", api.port)) {
      socket
          .getOutputStream()
          .write(
              "TRACE /api/v1/webhooks HTTP/1.1\r\nHost: a\r\nX-Canary: c\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(reader.readLine()).startsWith("HTTP/1.1 405");
    }
    assertThat(api.operator().get("/stats").status()).isEqualTo(200);
  }

  @Test
  void two_requests_are_never_made_of_one() throws IOException {
    String chunked =
        "POST /api/v1/tokens HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
    String second = "GET /api/v1/openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 50; i++) {
      String answers = whole(chunked + second);
      assertThat(answers).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200");
    }
    for (String twice :
        new String[] {
          second.replace("Host: a", "Host: a\r\nHost: b"),
          chunked.replace("Content-Length: 4", "Transfer-Encoding: x")
        }) {
      assertThat(whole(twice)).startsWith("HTTP/1.1 400").contains("One Host");
    }
  }

  @Test
  void bodies_of_refused_requests_are_not_held() throws IOException {
    String body = "x".repeat(64 * 1024);
    String refused =
        "POST /api/v1/tokens HTTP/1.1\r\nHost: a\r\nHost: b\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    // More than all bodies together may hold.
    for (int i = 0; i < 2_500; i++) {
      try (Socket socket = new Socket("127.0.0.1", TestApi.shared().port)) {
        socket.getOutputStream().write(refused.getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().readAllBytes();
      } catch (IOException closed) {
        // The server does not wait for what it will not read.
      }
    }

    String good =
        "POST /api/v1/tokens HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            + "Content-Length: 2\r\nConnection: close\r\n\r\n{}";
    assertThat(whole(good)).startsWith("HTTP/1.1 400").contains("apiKey");
  }

  /** All that comes until the server closes the connection. */
  private static String whole(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", TestApi.shared().port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void health_is_a_status_and_a_word() throws Exception {
    AtomicBoolean healthy = new AtomicBoolean(true);
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    router.route("/health").handler(new HealthHandler(healthy::get));
    int port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> good = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(good.statusCode()).isEqualTo(200);
    assertThat(good.body()).isEqualTo("ok");
    HttpResponse<String> head =
        client.send(
            HttpRequest.newBuilder(request.uri())
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(head.statusCode()).isEqualTo(200);
    HttpResponse<String> posted =
        client.send(
            HttpRequest.newBuilder(request.uri()).POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");
    healthy.set(false);
    HttpResponse<String> bad = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(bad.statusCode()).isEqualTo(503);
    assertThat(bad.body()).isEqualTo("unavailable");
    vertx.close();
  }
}
