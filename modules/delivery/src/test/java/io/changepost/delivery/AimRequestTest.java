package io.changepost.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import io.changepost.testkit.TestCertificates;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.GzipCompressingEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AimRequestTest {

  private static final String PREPARED = "test.prepared";

  private final Attempts attempts = Attempts.open();
  private final Endpoint endpoint = Endpoint.start();
  private final CloseableHttpClient client = client(attempts);

  private static CloseableHttpClient client(Attempts attempts) {
    HttpClientBuilder builder = HttpClientBuilder.create();
    attempts.client.configure(builder, context -> (PreparedRequest) context.getAttribute(PREPARED));
    return builder.build();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    endpoint.close();
    attempts.close();
  }

  @Test
  void a_request_to_nowhere_becomes_that_of_its_attempt() throws IOException {
    HttpPost post = post("http://endpoint.invalid");
    post.addHeader("X-Of-A-Route", "secret");
    post.addHeader("webhook-id", "msg_forged");
    post.setEntity(new GzipCompressingEntity(new StringEntity("another")));

    assertThat(send(post, prepared("/a%20b/c?d=%7B%7Be%7D%7D&f=g//h"))).isEqualTo(200);

    Received request = endpoint.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/a%20b/c?d=%7B%7Be%7D%7D&f=g//h");
    assertThat(request.text()).isEqualTo("{}");
    assertThat(request.headers().keySet())
        .containsExactlyInAnyOrder(
            "content-type", "webhook-id", "content-length", "host", "connection");
    assertThat(request.header("webhook-id")).isEqualTo("msg_1");
    assertThat(request.header("content-type")).isEqualTo("application/json");
    assertThat(request.header("host")).isEqualTo(URI.create(endpoint.url("/")).getAuthority());
  }

  @Test
  void every_attempt_goes_to_its_own_url() throws IOException {
    try (Endpoint other = Endpoint.start()) {
      send(post("http://endpoint.invalid"), prepared("/1"));
      send(post("http://endpoint.invalid"), prepared(other, "/2"));
      send(post("http://endpoint.invalid"), prepared("/3"));
      send(post("http://endpoint.invalid"), prepared(""));

      assertThat(endpoint.requests()).extracting(Received::path).containsExactly("/1", "/3", "/");
      assertThat(other.requests()).extracting(Received::path).containsExactly("/2");
    }
  }

  @Test
  void two_spellings_of_one_escape_stay_two() throws IOException {
    send(post("http://Endpoint.Invalid"), prepared("/?a=%2b"));
    send(post("http://endpoint.invalid"), prepared("/?a=%2B"));

    assertThat(endpoint.requests())
        .extracting(Received::path)
        .containsExactly("/?a=%2b", "/?a=%2B");
  }

  @Test
  void attempts_at_the_same_time_do_not_mix() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Endpoint other = Endpoint.start()) {
      List<Future<Integer>> posts = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        Endpoint to = i % 2 == 0 ? endpoint : other;
        String target = "/" + i % 2 + "/" + i % 7;
        posts.add(
            threads.submit(() -> send(post("http://endpoint.invalid"), prepared(to, target))));
      }
      for (Future<Integer> post : posts) {
        assertThat(post.get(10, TimeUnit.SECONDS)).isEqualTo(200);
      }
      assertThat(endpoint.requests()).hasSize(200).allMatch(one -> one.path().startsWith("/0/"));
      assertThat(other.requests()).hasSize(200).allMatch(one -> one.path().startsWith("/1/"));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void over_tls_the_name_is_that_of_the_url() throws IOException {
    TestCertificates ca = new TestCertificates("trusted", Instant.now());
    try (Attempts trusting = Attempts.trusting(ca.trust());
        CloseableHttpClient secure = client(trusting);
        Endpoint good = Endpoint.start(ca.server("127.0.0.1"));
        Endpoint bad = Endpoint.start(ca.server("endpoint.invalid"))) {
      for (int i = 0; i < 3; i++) {
        assertThat(send(secure, post("http://endpoint.invalid"), prepared(good, "/" + i)))
            .isEqualTo(200);
      }
      assertThat(good.connections()).isEqualTo(1);
      assertThatThrownBy(() -> send(secure, post("http://endpoint.invalid"), prepared(bad, "/")))
          .isInstanceOf(TlsException.class);
      assertThat(bad.requests()).isEmpty();
    }
  }

  @Test
  void a_request_to_anywhere_else_stays_what_it_is() throws IOException {
    HttpPost post = post(endpoint.url("/chat"));
    post.addHeader("X-Of-A-Route", "said");

    assertThat(send(post, prepared("/attempt"))).isEqualTo(200);

    Received request = endpoint.requests().get(0);
    assertThat(request.path()).isEqualTo("/chat");
    assertThat(request.header("X-Of-A-Route")).isEqualTo("said");
    assertThat(request.header("webhook-id")).isNull();
  }

  @Test
  void without_an_attempt_nothing_is_sent() {
    assertThatThrownBy(() -> client.execute(post("http://endpoint.invalid"), HttpResponse::getCode))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("endpoint.invalid without a prepared attempt");
  }

  @Test
  void the_rules_for_addresses_hold_for_where_it_is_aimed() {
    assertThatThrownBy(
            () ->
                send(
                    post("http://endpoint.invalid"),
                    new PreparedRequest(
                        URI.create("http://169.254.169.254/latest"), Map.of(), new byte[0])))
        .isInstanceOf(BlockedAddressException.class);
  }

  private PreparedRequest prepared(String target) {
    return prepared(endpoint, target);
  }

  private static PreparedRequest prepared(Endpoint to, String target) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("webhook-id", "msg_1");
    URI root = URI.create(to.url("/"));
    return new PreparedRequest(
        URI.create(root.getScheme() + "://" + root.getAuthority() + target),
        headers,
        "{}".getBytes(UTF_8));
  }

  private static HttpPost post(String url) {
    HttpPost post = new HttpPost(url);
    post.setEntity(new ByteArrayEntity("{}".getBytes(UTF_8), ContentType.TEXT_PLAIN));
    return post;
  }

  private int send(HttpPost post, PreparedRequest prepared) throws IOException {
    return send(client, post, prepared);
  }

  private static int send(CloseableHttpClient client, HttpPost post, PreparedRequest prepared)
      throws IOException {
    HttpClientContext context = HttpClientContext.create();
    context.setAttribute(PREPARED, prepared);
    return client.execute(post, context, HttpResponse::getCode);
  }
}
