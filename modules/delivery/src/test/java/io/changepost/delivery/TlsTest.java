package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.Answer;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import io.changepost.testkit.TestCertificates;
import io.changepost.testkit.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Row C18 of the fault matrix: what is wrong with TLS is told apart, and nothing is downgraded. */
class TlsTest {

  private static final TestCertificates CA = new TestCertificates("trusted", Instant.now());
  private static final TestCertificates OTHER = new TestCertificates("unknown", Instant.now());
  private static final Attempts ATTEMPTS = Attempts.trusting(CA.trust());

  @AfterAll
  static void close() {
    ATTEMPTS.close();
  }

  static Stream<Arguments> badCertificates() {
    return Stream.of(
        Arguments.of("tls: certificate expired", CA.expired("127.0.0.1")),
        Arguments.of("tls: certificate not yet valid", CA.notYetValid("127.0.0.1")),
        Arguments.of("tls: self-signed certificate", CA.selfSigned("127.0.0.1")),
        Arguments.of("tls: unknown certificate authority", OTHER.server("127.0.0.1")),
        Arguments.of("tls: certificate is for another name", CA.server("other.example")),
        Arguments.of("tls: weak certificate", CA.weak("127.0.0.1")));
  }

  @ParameterizedTest(name = "C18: {0}")
  @MethodSource("badCertificates")
  void c18_a_bad_certificate_is_refused_with_its_reason(String error, SSLContext tls) {
    try (Endpoint endpoint = Endpoint.start(tls)) {
      Answer answer = ATTEMPTS.post(endpoint.url("/hook"));
      assertThat(answer.error()).isEqualTo(error);
      assertThat(answer.status()).isNull();
      assertThat(answer.ours()).isFalse();
      assertThat(endpoint.requests()).isEmpty();
    }
  }

  @Test
  void c18_a_good_certificate_is_taken_and_its_connection_used_again() {
    try (Endpoint endpoint = Endpoint.start(CA.server("localhost", "127.0.0.1"))) {
      endpoint.answer(Reply.of(200, "secure"));
      for (int i = 0; i < 20; i++) {
        Answer answer = ATTEMPTS.post(endpoint.url("/hook"));
        assertThat(answer.error()).isNull();
        assertThat(answer.body()).isEqualTo("secure");
      }
      assertThat(endpoint.connections()).isEqualTo(1);
    }
  }

  @Test
  void c14_a_secure_connection_that_the_peer_closed_meanwhile_costs_no_attempt() {
    try (Endpoint endpoint = Endpoint.start(CA.server("127.0.0.1"))) {
      endpoint.answer(Reply.thenClose(Reply.of(200, "ok"), Duration.ZERO));
      for (int i = 0; i < 4; i++) {
        assertThat(ATTEMPTS.post(endpoint.url("/hook")).status()).isEqualTo(200);
        await().until(() -> endpoint.open() == 0);
      }
      assertThat(endpoint.requests()).hasSize(4);
    }
  }

  /**
   * With 12,242 more the answer is what a connection reads at once, 12 KiB, and what comes after it
   * in the same record lies within TLS.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 12_242, 40_000})
  void c12_what_a_secure_answer_brings_too_much_is_never_the_next_answer(int more) {
    String body = "mine" + " ".repeat(more);
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    try (Endpoint endpoint = Endpoint.start(CA.server("127.0.0.1"))) {
      endpoint.answer(Reply.raw(answer + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"));
      for (int i = 0; i < 4; i++) {
        assertThat(ATTEMPTS.post(endpoint.url("/hook")).body()).startsWith("mine");
      }
      assertThat(endpoint.connections()).isEqualTo(4);
    }
  }

  @Test
  void c18_the_jvm_trusts_no_authority_of_ours() {
    try (Attempts jvm = Attempts.open();
        Endpoint endpoint = Endpoint.start(CA.server("127.0.0.1"))) {
      assertThat(jvm.post(endpoint.url("/hook")).error())
          .isEqualTo("tls: unknown certificate authority");
    }
  }

  @Test
  void c18_a_wanted_client_certificate_is_named() throws Exception {
    for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
      SSLServerSocket server =
          (SSLServerSocket)
              CA.server("127.0.0.1")
                  .getServerSocketFactory()
                  .createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
      server.setNeedClientAuth(true);
      server.setEnabledProtocols(new String[] {protocol});
      try (Endpoint endpoint = Endpoint.start(server, "https")) {
        assertThat(ATTEMPTS.post(endpoint.url("/hook")).error())
            .as(protocol)
            .isEqualTo("tls: client certificate wanted");
        assertThat(endpoint.requests()).isEmpty();
      }
    }
  }

  static Stream<Arguments> handshakes() {
    return Stream.of(
        Arguments.of(
            "tls: protocol version below 1.2",
            (Reply) wire -> wire.send("\u0015\u0003\u0001\u0000\u0002\u0002F").hold()),
        Arguments.of(
            "tls: handshake failure",
            (Reply) wire -> wire.send("\u0015\u0003\u0001\u0000\u0002\u0002(").hold()),
        Arguments.of(
            "tls: no TLS on this port",
            Reply.rawThenClose("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
        Arguments.of("tls: connection closed in the handshake", Reply.close()),
        Arguments.of(
            "tls: connection closed in the handshake", (Reply) wire -> wire.read(1).reset()),
        Arguments.of("tls: handshake timeout", Reply.never()));
  }

  @ParameterizedTest(name = "C18: {0}")
  @MethodSource("handshakes")
  void c18_a_failed_handshake_is_told_with_its_reason(String error, Reply greeting) {
    try (Endpoint endpoint = Endpoint.start()) {
      endpoint.greet(greeting);
      Answer answer = ATTEMPTS.post("https://127.0.0.1:" + endpoint.port() + "/");
      assertThat(answer.error()).isEqualTo(error);
      assertThat(answer.duration()).isLessThan(Attempts.DEADLINE.plusMillis(500));
    }
  }

  private static void drip(Wire wire) throws IOException {
    wire.send("\u0016\u0003\u0003\u0040\u0000");
    while (true) {
      wire.pause(Duration.ofMillis(50)).send("\u0002");
    }
  }

  @Test
  void c18_a_dripped_handshake_ends_at_the_deadline() {
    try (Endpoint endpoint = Endpoint.start()) {
      endpoint.greet(TlsTest::drip);
      Answer answer = ATTEMPTS.post("https://127.0.0.1:" + endpoint.port() + "/");
      assertThat(answer.error()).isEqualTo("timeout");
      assertThat(answer.duration())
          .isBetween(Attempts.DEADLINE.minusMillis(50), Attempts.DEADLINE.plusMillis(500));
    }
  }

  @Test
  @Timeout(30)
  void c18_after_the_deadline_no_other_address_of_the_name_is_called() throws Exception {
    try (Endpoint first = Endpoint.start();
        Endpoint second =
            Endpoint.start(
                new ServerSocket(first.port(), 10, InetAddress.getByName("127.0.0.2")), "http");
        Attempts both =
            Attempts.open(host -> Attempts.addresses("127.0.0.1", "127.0.0.2"), CA.trust())) {
      first.greet(TlsTest::drip);
      second.greet(TlsTest::drip);
      Answer answer = both.post("https://two.example:" + first.port() + "/");
      assertThat(answer.error()).isEqualTo("timeout");
      assertThat(answer.duration()).isLessThan(Attempts.DEADLINE.plusMillis(500));
      assertThat(first.connections() + second.connections()).isEqualTo(1);
    }
  }

  @Test
  void c1_c2_c17_the_deadline_holds_over_tls() {
    try (Endpoint endpoint = Endpoint.start(CA.server("127.0.0.1"))) {
      endpoint.answer(Reply.never());
      assertThat(ATTEMPTS.post(endpoint.url("/")).error()).isEqualTo("timeout");
      endpoint.answer(Reply.drippedBody(200, Duration.ofMillis(20)));
      assertThat(ATTEMPTS.post(endpoint.url("/")).isSuccess()).isTrue();
      endpoint.answer(Reply.flood(200, Long.MAX_VALUE));
      assertThat(ATTEMPTS.post(endpoint.url("/")).isSuccess()).isTrue();
    }
    try (Endpoint endpoint = Endpoint.start(CA.server("127.0.0.1"))) {
      endpoint.greet(wire -> wire.read(100).freeze());
      Answer answer = ATTEMPTS.post(endpoint.url("/"), new byte[16 * 1024 * 1024]);
      assertThat(answer.error()).isEqualTo("timeout");
      assertThat(answer.duration()).isLessThan(Attempts.DEADLINE.plusMillis(700));
    }
  }
}
