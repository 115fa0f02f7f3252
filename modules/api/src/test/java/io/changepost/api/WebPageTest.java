package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WebPageTest {

  @Test
  void every_file_of_the_page_is_served_and_nothing_else() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      Router router = Router.router(vertx);
      new WebPage().mount(router);
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      String base = "http://127.0.0.1:" + server.actualPort();
      for (String file : files()) {
        HttpResponse<String> answer = get(base + "/web/" + file, "GET");
        assertThat(answer.statusCode()).as(file).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
            .contains("default-src 'none'")
            .contains("frame-ancestors 'none'")
            .doesNotContain("unsafe");
      }
      assertThat(get(base + "/", "GET").body()).contains("/web/app.js");
      assertThat(get(base + "/web/none.js", "GET").statusCode()).isEqualTo(404);
      assertThat(get(base + "/web/..%2fopenapi.yaml", "GET").statusCode()).isEqualTo(404);
      assertThat(get(base + "/", "HEAD").statusCode()).isEqualTo(200);
      HttpResponse<String> posted = get(base + "/", "POST");
      assertThat(posted.statusCode()).isEqualTo(405);
      assertThat(posted.headers().firstValue("Allow")).contains("GET, HEAD");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/web"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static HttpResponse<String> get(String url, String method) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
