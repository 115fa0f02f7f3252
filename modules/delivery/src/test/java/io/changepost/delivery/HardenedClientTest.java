package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.domain.Answer;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolStats;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardenedClientTest {

  @Test
  void what_a_request_says_of_itself_does_not_count() throws Exception {
    try (Attempts attempts = Attempts.open();
        Endpoint endpoint = Endpoint.start();
        Endpoint target = Endpoint.start()) {
      HttpClientBuilder builder = HttpClientBuilder.create();
      attempts.client.configure(builder);
      CloseableHttpClient client = builder.build();
      HttpPost post = new HttpPost(endpoint.url("/"));
      post.setConfig(
          RequestConfig.custom()
              .setRedirectsEnabled(true)
              .setExpectContinueEnabled(true)
              .setAuthenticationEnabled(true)
              .build());
      post.setEntity(new ByteArrayEntity(new byte[10], null));
      endpoint.answer(Reply.redirect(307, target.url("/")));
      int status = client.execute(post, response -> response.getCode());
      assertThat(status).isEqualTo(307);
      assertThat(endpoint.requests().get(0).headers()).doesNotContainKeys("expect", "upgrade");
      assertThat(target.requests()).isEmpty();
    }
  }

  @Test
  void messages_to_very_many_endpoints_do_not_leave_a_connection_to_each() {
    List<Endpoint> endpoints = new ArrayList<>();
    try (Attempts attempts = Attempts.open()) {
      for (int i = 0; i < 140; i++) {
        Endpoint endpoint = Endpoint.start();
        endpoints.add(endpoint);
        endpoint.answer(Reply.of(200, "taken"));
        assertThat(attempts.post(endpoint.url("/")).status()).isEqualTo(200);
      }
      PoolStats before = attempts.client.connectionManager().getTotalStats();
      attempts.client.sweep();
      PoolStats after = attempts.client.connectionManager().getTotalStats();
      assertThat(before.getAvailable()).isEqualTo(140);
      assertThat(after.getAvailable()).isLessThanOrEqualTo(128);
      assertThat(attempts.post(endpoints.get(0).url("/")).status()).isEqualTo(200);
    } finally {
      endpoints.forEach(Endpoint::close);
    }
  }

  @ParameterizedTest
  @CsvSource({"512, 1048576, 1024", "512, 4096, 512", "64, 220, 27", "4, 1024, 8", "64, 5, 1"})
  void idle_connections_take_an_eighth_of_the_files_at_most(int inFlight, long files, int most) {
    assertThat(HardenedClient.mostIdle(inFlight, files)).isEqualTo(most);
  }

  @Test
  void of_an_answer_only_status_retry_after_and_2_kib_come_back() throws Exception {
    try (Attempts attempts = Attempts.open();
        Endpoint endpoint = Endpoint.start()) {
      HttpClientBuilder builder = HttpClientBuilder.create();
      attempts.client.configure(builder);
      endpoint.answer(
          Reply.of(
              503,
              "y".repeat(5000),
              "Retry-After: 7",
              "deliveryId: 999",
              "CamelHttpUri: http://127.0.0.1/evil",
              "CamelSqlQuery: drop table x",
              "Content-Encoding: gzip",
              "Set-Cookie: a=b",
              "X-Long: " + "z".repeat(8000)));
      HttpPost post = new HttpPost(endpoint.url("/"));
      builder
          .build()
          .execute(
              post,
              HttpClientContext.create(),
              response -> {
                assertThat(response.getHeaders())
                    .extracting(Object::toString)
                    .containsExactly("Retry-After: 7");
                assertThat(EntityUtils.toByteArray(response.getEntity())).hasSize(2048);
                assertThat(response.getEntity().getContentEncoding()).isNull();
                return response.getCode();
              });
    }
  }

  @Test
  void closing_one_client_leaves_the_shared_connections_open() throws Exception {
    try (Attempts attempts = Attempts.open();
        Endpoint endpoint = Endpoint.start()) {
      HttpClientBuilder builder = HttpClientBuilder.create();
      attempts.client.configure(builder);
      builder.build().close();
      assertThat(attempts.post(endpoint.url("/")).status()).isEqualTo(200);
    }
  }

  @Test
  void an_error_in_an_exchange_is_an_exception_of_that_exchange_alone() {
    HttpClientConnection broken =
        (HttpClientConnection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpClientConnection.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError("for the test");
                });
    assertThatThrownBy(
            () ->
                new BoundedExchange()
                    .execute(
                        new HttpPost("/"), broken, (r, c, x) -> {}, HttpClientContext.create()))
        .isInstanceOf(IllegalStateException.class)
        .satisfies(
            failed -> {
              Answer answer = ClassifyAnswer.of(failed, Instant.EPOCH, Duration.ZERO);
              assertThat(answer.error()).isEqualTo("internal");
              assertThat(answer.ours()).isTrue();
            });
  }

  @Test
  void an_error_while_connecting_is_an_exception_and_gives_the_connection_back() {
    try (Attempts attempts = Attempts.open();
        Endpoint endpoint = Endpoint.start()) {
      HttpClientBuilder builder = HttpClientBuilder.create();
      attempts.client.configure(builder);
      builder.addExecInterceptorBefore(
          ChainElement.MAIN_TRANSPORT.name(),
          "changepost-test",
          (request, scope, chain) -> {
            throw new OutOfMemoryError("Direct buffer memory");
          });
      CloseableHttpClient client = builder.build();
      HttpPost post = new HttpPost(endpoint.url("/"));
      assertThatThrownBy(() -> client.execute(post, response -> null))
          .isInstanceOf(IllegalStateException.class)
          .hasRootCauseInstanceOf(OutOfMemoryError.class);
      assertThat(attempts.client.connectionManager().getTotalStats().getLeased()).isZero();
      assertThat(attempts.post(endpoint.url("/")).status()).isEqualTo(200);
    }
  }

  @Test
  void all_that_are_in_flight_may_go_to_one_host() throws Exception {
    int inFlight = 64;
    CountDownLatch together = new CountDownLatch(inFlight);
    ExecutorService threads = Executors.newFixedThreadPool(inFlight);
    try (Attempts attempts = Attempts.open();
        Endpoint endpoint = Endpoint.start()) {
      endpoint.answer(
          request ->
              wire -> {
                together.countDown();
                while (together.getCount() > 0) {
                  wire.pause(Duration.ofMillis(5));
                }
                Reply.status(200).play(wire);
              });
      List<Future<Answer>> answers =
          threads.invokeAll(Collections.nCopies(inFlight, () -> attempts.post(endpoint.url("/"))));
      for (Future<Answer> answer : answers) {
        assertThat(answer.get().status()).isEqualTo(200);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void waiting_for_a_connection_in_vain_is_ours_and_no_attempt() throws Exception {
    DeliverySettings one =
        new DeliverySettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            false,
            Network.parseList("127.0.0.0/8"),
            1,
            "Changepost/test");
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (HardenedClient client = new HardenedClient(one);
        Endpoint endpoint = Endpoint.start()) {
      PostOnce post = new PostOnce(client, Clock.systemUTC());
      PreparedRequest request =
          new PreparedRequest(URI.create(endpoint.url("/")), Map.of(), new byte[] {1});
      endpoint.answer(
          got ->
              wire -> {
                arrived.countDown();
                while (leave.getCount() > 0) {
                  wire.pause(Duration.ofMillis(5));
                }
                Reply.status(200).play(wire);
              });
      Future<Answer> first = thread.submit(() -> post.post(request));
      arrived.await();
      Answer second = post.post(request);
      assertThat(second.error()).isEqualTo("internal");
      assertThat(second.ours()).isTrue();
      assertThat(second.notBegun()).isTrue();
      leave.countDown();
      assertThat(first.get().status()).isEqualTo(200);
    } finally {
      leave.countDown();
      thread.shutdown();
    }
  }

  @Test
  void after_close_a_post_is_an_answer_and_ours() {
    DeliverySettings settings =
        new DeliverySettings(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            false,
            Network.parseList("127.0.0.0/8"),
            4,
            "Changepost/test");
    HardenedClient client = new HardenedClient(settings);
    PostOnce post = new PostOnce(client, Clock.systemUTC());
    client.close();
    Answer answer =
        post.post(new PreparedRequest(URI.create("http://127.0.0.1:1/"), Map.of(), new byte[0]));
    assertThat(answer.error()).isEqualTo("internal");
    assertThat(answer.ours()).isTrue();
  }
}
