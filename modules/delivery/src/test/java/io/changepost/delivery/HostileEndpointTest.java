package io.changepost.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.Answer;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The endpoint's faults, by their numbers in the fault matrix (C1 to C17). All tests share one
 * client, and after each of them a healthy delivery must work: nothing may poison it.
 */
class HostileEndpointTest {

  private static final Attempts ATTEMPTS = Attempts.open();
  private static final Endpoint HEALTHY = Endpoint.start();
  private static final Duration GAP = Duration.ofMillis(20);

  private final Endpoint endpoint = Endpoint.start();

  @AfterEach
  void a_healthy_delivery_still_works() {
    endpoint.close();
    HEALTHY.answer(Reply.of(200, "healthy"));
    Answer answer = ATTEMPTS.post(HEALTHY.url("/healthy"));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("healthy");
    await()
        .atMost(Duration.ofSeconds(2))
        .until(() -> ATTEMPTS.client.connectionManager().getTotalStats().getLeased() == 0);
  }

  @AfterAll
  static void close() {
    ATTEMPTS.close();
    HEALTHY.close();
  }

  private Answer post(Reply reply) {
    endpoint.answer(reply);
    return ATTEMPTS.post(endpoint.url("/hook"));
  }

  private static void assertEndedAtTheDeadline(Answer answer) {
    assertThat(answer.duration())
        .isBetween(Attempts.DEADLINE.minusMillis(50), Attempts.DEADLINE.plusMillis(500));
  }

  private static void assertFailed(Answer answer, String error) {
    assertThat(answer.error()).isEqualTo(error);
    assertThat(answer.isSuccess()).isFalse();
    assertThat(answer.ours()).isFalse();
  }

  @Test
  void c1_an_endpoint_that_never_answers_is_a_timeout_at_the_deadline() {
    Answer answer = post(Reply.never());
    assertFailed(answer, "timeout");
    assertThat(answer.status()).isNull();
    assertEndedAtTheDeadline(answer);
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void c2_dripped_headers_are_a_timeout_at_the_deadline() {
    Answer answer = post(Reply.drippedHeaders(200, GAP));
    assertFailed(answer, "timeout");
    assertEndedAtTheDeadline(answer);
  }

  @Test
  void c2_a_success_with_a_dripped_body_is_a_success_at_the_deadline() {
    Answer answer = post(Reply.drippedBody(200, GAP));
    assertThat(answer.isSuccess()).isTrue();
    assertThat(answer.error()).isNull();
    assertThat(answer.body()).matches("a+");
    assertEndedAtTheDeadline(answer);
  }

  @Test
  void c2_a_failure_with_a_dripped_body_keeps_its_status() {
    Answer answer = post(Reply.drippedBody(500, GAP));
    assertFailed(answer, "status 500");
    assertThat(answer.status()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 500})
  void c3_a_flood_is_cut_after_64_kib_and_its_status_counts(int status) {
    Answer promised = post(Reply.flood(status, 10L * 1024 * 1024 * 1024));
    assertThat(promised.status()).isEqualTo(status);
    assertThat(promised.body()).hasSize(2048).matches("x+");
    assertThat(promised.duration()).isLessThan(Attempts.DEADLINE);
    Answer chunked = post(Reply.endlessChunks(status));
    assertThat(chunked.status()).isEqualTo(status);
    assertThat(chunked.duration()).isLessThan(Attempts.DEADLINE);
  }

  @Test
  void c4_endless_headers_are_refused_at_once_and_cost_no_heap() {
    long before = usedHeap();
    for (Reply reply : List.of(Reply.endlessHeaders(200), Reply.endlessHeaderLine(200))) {
      Answer answer = post(reply);
      assertFailed(answer, "invalid response");
      assertThat(answer.duration()).isLessThan(Attempts.DEADLINE);
    }
    assertThat(usedHeap() - before).isLessThan(10L * 1024 * 1024);
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 102, 103})
  void c5_endless_interim_answers_are_a_timeout_at_the_deadline(int status) {
    Answer answer = post(Reply.endlessInterim(status));
    assertFailed(answer, "timeout");
    assertEndedAtTheDeadline(answer);
  }

  @Test
  void c6_a_gzip_bomb_is_not_unpacked() {
    Answer answer = post(Reply.gzipBomb(200, 64));
    assertThat(answer.isSuccess()).isTrue();
    assertThat(answer.body()).isNotNull().doesNotContain("\u0000");
    assertThat(answer.duration()).isLessThan(Attempts.DEADLINE);
    assertThat(endpoint.requests().get(0).header("accept-encoding")).isNull();
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of("close before status", Reply.close(), "reset", null),
        Arguments.of("reset before status", Reply.reset(), "reset", null),
        Arguments.of(
            "close in the status line",
            Reply.rawThenClose("HTTP/1.1 20"),
            "invalid response",
            null),
        Arguments.of("close after status 200", Reply.closeInBody(200, 0), null, 200),
        Arguments.of("close after status 500", Reply.closeInBody(500, 0), "status 500", 500),
        Arguments.of("close in the body of 200", Reply.closeInBody(200, 50), null, 200),
        Arguments.of("close in the body of 404", Reply.closeInBody(404, 50), "status 404", 404),
        Arguments.of("reset in the body of 200", Reply.resetInBody(200, 50), null, 200),
        Arguments.of("reset in the body of 500", Reply.resetInBody(500, 50), "status 500", 500));
  }

  @ParameterizedTest(name = "C7, C8: {0}")
  @MethodSource("ends")
  void c7_c8_a_broken_connection_fails_or_keeps_its_status_and_nothing_is_sent_twice(
      String name, Reply reply, String error, Integer status) {
    Answer answer = post(reply);
    if (name.equals("close in the status line")) {
      assertThat(answer.error()).isIn("reset", "invalid response");
    } else {
      assertThat(answer.error()).isEqualTo(error);
    }
    assertThat(answer.status()).isEqualTo(status);
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void c8_a_refused_connection_is_a_connect_failure_at_once() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      free = socket.getLocalPort();
    }
    Answer answer = ATTEMPTS.post("http://127.0.0.1:" + free + "/");
    assertFailed(answer, "connect");
    assertThat(answer.duration()).isLessThan(Attempts.CONNECT);
  }

  @Test
  void c8_a_full_backlog_is_a_connect_failure_at_the_connect_timeout() throws Exception {
    List<Socket> fill = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (int i = 0; i < 3; i++) {
        Socket socket = new Socket();
        fill.add(socket);
        connectIfThereIsRoom(socket, full.getLocalPort());
      }
      Answer answer = ATTEMPTS.post("http://127.0.0.1:" + full.getLocalPort() + "/");
      assertFailed(answer, "connect");
      assertThat(answer.duration())
          .isBetween(Attempts.CONNECT.minusMillis(50), Attempts.CONNECT.plusMillis(250));
    } finally {
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  private static void connectIfThereIsRoom(Socket socket, int port) {
    try {
      socket.connect(new java.net.InetSocketAddress("127.0.0.1", port), 100);
    } catch (IOException full) {
      // That is what it is for.
    }
  }

  @Test
  void c8_a_reset_on_accept_is_a_reset() {
    endpoint.greet(Reply.reset());
    Answer answer = ATTEMPTS.post(endpoint.url("/hook"));
    assertThat(answer.error()).isIn("reset", "connect");
  }

  @ParameterizedTest
  @ValueSource(ints = {300, 301, 302, 303, 304, 305, 307, 308})
  void c9_a_redirect_is_a_failure_and_never_followed(int status) {
    HEALTHY.forget();
    Answer answer = post(Reply.redirect(status, HEALTHY.url("/target")));
    assertFailed(answer, "redirect");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("Location: " + HEALTHY.url("/target"));
    assertThat(HEALTHY.requests()).isEmpty();
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void c9_a_redirect_to_itself_is_one_post() {
    assertFailed(post(Reply.redirect(307, endpoint.url("/hook"))), "redirect");
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void c10_gone_keeps_its_status() {
    assertFailed(post(Reply.status(410)), "status 410");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "429 | 5 | 5",
        "503 | 5 | 5",
        "503 | 86400 | 86400",
        "503 | 0 | 0",
        "503 | -1 | -",
        "429 | soon | -",
        "503 | Mon, 23 Nov 2020 08:46:57 GMT | 0",
        "503 | 99999999999999999999999 | 31536000",
        "500 | 7 | 7",
        "200 | 7 | 7"
      })
  void c11_retry_after_is_read_and_costs_no_second_post(int status, String value, Long seconds) {
    Answer answer = post(Reply.retryAfter(status, value));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.retryAfter()).isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    assertThat(answer.duration()).isLessThan(Attempts.DEADLINE);
    assertThat(endpoint.requests()).hasSize(1);
  }

  @Test
  void c11_retry_after_of_absurd_length_is_survived() {
    Answer answer = post(Reply.retryAfter(503, "9".repeat(8000)));
    assertFailed(answer, "status 503");
    assertThat(answer.retryAfter()).isEqualTo(Duration.ofDays(365));
    assertFailed(post(Reply.retryAfter(503, "9".repeat(9000))), "invalid response");
  }

  static Stream<String> oddAnswers() {
    return Stream.of(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}trailing garbage",
        "HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nevil!",
        "HTTP/1.1 204 No\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!",
        "HTTP/1.1 304 No\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}abc",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nevil!",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nold",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/0.9 200 OK\r\n\r\n",
        "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/2 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 000 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 -1 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2OO Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999999999999 Odd\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-\u0000Nul: a\u0000b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n folded: first\r\nContent-Length: 0\r\n\r\n",
        "<html>plain text</html>",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n",
        "\u0000\u0001\u0002\u0003",
        "\u0015\u0003\u0001\u0000\u0002\u0002F");
  }

  @ParameterizedTest
  @MethodSource("oddAnswers")
  void c12_an_odd_answer_is_a_success_or_invalid_and_never_the_next_ones(String bytes) {
    Answer odd = post(Reply.rawThenClose(bytes));
    assertThat(odd.isSuccess() || odd.error() != null).isTrue();
    if (odd.error() != null) {
      assertThat(odd.error()).isIn("invalid response", "reset", "redirect", "timeout");
    }
    Answer open = post(Reply.raw(bytes));
    assertThat(open.duration()).isLessThan(Attempts.DEADLINE.plusMillis(500));
    assertThat(open.ours()).isFalse();
    for (int i = 0; i < 3; i++) {
      Answer next = post(Reply.of(202, "mine"));
      assertThat(next.status()).isEqualTo(202);
      assertThat(next.body()).isEqualTo("mine");
    }
  }

  @ParameterizedTest
  @CsvSource({"401, WWW-Authenticate", "407, Proxy-Authenticate"})
  void c13_a_challenge_is_a_failure_and_nothing_is_sent_again(int status, String header) {
    Answer answer = post(Reply.of(status, "", header + ": Basic realm=\"x\"", header + ": NTLM"));
    assertFailed(answer, "status " + status);
    assertThat(endpoint.requests()).hasSize(1);
    assertThat(endpoint.requests().get(0).headers())
        .doesNotContainKeys("authorization", "proxy-authorization");
  }

  @Test
  void c13_switching_protocols_is_refused() {
    for (String upgrade : List.of("websocket", "TLS/1.2", "h2c")) {
      Answer answer =
          post(
              Reply.raw(
                  "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: "
                      + upgrade
                      + "\r\n\r\n"));
      assertFailed(answer, "invalid response");
    }
    assertThat(endpoint.requests()).hasSize(3);
    assertThat(endpoint.requests().get(0).headers()).doesNotContainKeys("upgrade", "expect");
  }

  @Test
  void c13_a_lone_100_is_a_timeout() {
    assertFailed(post(Reply.raw("HTTP/1.1 100 Continue\r\n\r\n")), "timeout");
  }

  @Test
  void c13_interim_answers_before_the_answer_are_passed_over() {
    Answer answer =
        post(
            Reply.raw(
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\n"
                    + "HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\nok"));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.body()).isEqualTo("ok");
  }

  @Test
  void c14_a_connection_that_the_peer_closed_meanwhile_costs_no_attempt() {
    for (int millis : new int[] {0, 1, 5, 30}) {
      endpoint.answer(Reply.thenClose(Reply.of(200, "ok"), Duration.ofMillis(millis)));
      for (int i = 0; i < 4; i++) {
        assertThat(ATTEMPTS.post(endpoint.url("/hook")).status()).isEqualTo(200);
        await()
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> endpoint.open() == 0);
      }
    }
    assertThat(endpoint.requests()).hasSize(16);
  }

  @Test
  void c14_a_healthy_connection_is_used_again() {
    endpoint.answer(Reply.of(200, "ok"));
    for (int i = 0; i < 50; i++) {
      assertThat(ATTEMPTS.post(endpoint.url("/hook")).status()).isEqualTo(200);
    }
    assertThat(endpoint.connections()).isEqualTo(1);
  }

  @Test
  void c15_cookies_are_never_sent_back() {
    endpoint.answer(Reply.of(200, "", "Set-Cookie: a=b; Path=/", "Set-Cookie2: c=d"));
    for (int i = 0; i < 3; i++) {
      ATTEMPTS.post(endpoint.url("/hook"));
    }
    assertThat(endpoint.requests())
        .hasSize(3)
        .allSatisfy(request -> assertThat(request.header("cookie")).isNull());
  }

  @Test
  void c17_an_endpoint_that_does_not_read_is_a_timeout_at_the_deadline() {
    endpoint.greet(io.changepost.testkit.Wire::freeze);
    Answer answer = ATTEMPTS.post(endpoint.url("/hook"), new byte[16 * 1024 * 1024]);
    assertFailed(answer, "timeout");
    assertEndedAtTheDeadline(answer);
  }

  @Test
  void a_body_is_kept_as_text_without_nul_and_without_half_letters() {
    assertThat(post(Reply.of(500, "a\u0000b\u0000")).body()).isEqualTo("ab");
    Answer cut = post(Reply.of(500, "x" + "ü".repeat(2000)));
    assertThat(cut.body()).startsWith("xü");
    assertThat(utf8(cut).length).isLessThanOrEqualTo(2048);
    Answer binary =
        post(Reply.raw("HTTP/1.1 500 E\r\nContent-Length: 2048\r\n\r\n" + "\u00ff".repeat(2048)));
    assertThat(utf8(binary).length).isLessThanOrEqualTo(2048);
    assertThat(post(Reply.status(500)).body()).isNull();
  }

  private static byte[] utf8(Answer answer) {
    String body = answer.body();
    return body == null ? new byte[0] : body.getBytes(UTF_8);
  }

  @Test
  void a_query_stays_a_post_and_the_url_stays_as_it_is() {
    post(Reply.status(200));
    ATTEMPTS.post(endpoint.url("/a%2Fb%20c/?q=%2B&httpMethod=DELETE"));
    assertThat(endpoint.requests().get(1).method()).isEqualTo("POST");
    assertThat(endpoint.requests().get(1).path()).isEqualTo("/a%2Fb%20c/?q=%2B&httpMethod=DELETE");
    assertThat(endpoint.requests().get(1).header("content-type")).isEqualTo("application/json");
    assertThat(endpoint.requests().get(1).header("user-agent")).isEqualTo("Changepost/test");
  }

  @Test
  void hundreds_of_hostile_answers_at_once_do_not_close_the_pool() {
    endpoint.answer(
        request ->
            switch (request.number() % 6) {
              case 0 -> Reply.endlessHeaders(200);
              case 1 -> Reply.flood(200, Long.MAX_VALUE);
              case 2 -> Reply.reset();
              case 3 -> Reply.endlessHeaderLine(200);
              case 4 -> Reply.raw("\u0000");
              default -> Reply.endlessInterim(103);
            });
    ExecutorService threads = Executors.newFixedThreadPool(40);
    List<CompletableFuture<Answer>> answers =
        Stream.generate(() -> endpoint.url("/hook"))
            .limit(120)
            .map(url -> CompletableFuture.supplyAsync(() -> ATTEMPTS.post(url), threads))
            .toList();
    List<String> errors = answers.stream().map(a -> String.valueOf(a.join().error())).toList();
    threads.shutdown();
    assertThat(errors)
        .hasSize(120)
        .allMatch(e -> List.of("invalid response", "null", "reset", "timeout").contains(e));
    assertThat(endpoint.requests()).hasSize(120);
  }
}
