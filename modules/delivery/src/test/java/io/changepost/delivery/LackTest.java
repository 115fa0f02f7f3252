package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.Answer;
import io.changepost.testkit.Endpoint;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.AsynchronousCloseException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is our own lack, and whether anything was sent before it showed. */
class LackTest {

  private static final Instant AT = Instant.parse("2026-11-23T08:45:57Z");
  private static final Duration TOOK = Duration.ofMillis(3);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Too many open files",
        "Too many open files in system",
        "Connect to http://a.example:80 [a.example/192.0.2.1] failed: Too many open files",
        "No buffer space available",
        "Cannot allocate memory"
      })
  void without_a_socket_nothing_was_sent_and_it_is_ours(String message) {
    Answer answer = ClassifyAnswer.of(connecting(new SocketException(message)), AT, TOOK);
    assertThat(answer.error()).isEqualTo("internal");
    assertThat(answer.ours()).isTrue();
    assertThat(answer.notBegun()).isTrue();
  }

  @Test
  void an_address_of_a_kind_that_this_machine_lacks_is_an_attempt() {
    Answer answer =
        ClassifyAnswer.of(
            connecting(new BindException("Cannot assign requested address")), AT, TOOK);
    assertThat(answer.notBegun()).isFalse();
  }

  @Test
  void where_no_file_is_left_those_of_idle_connections_are_freed() {
    try (Endpoint endpoint = Endpoint.start();
        Attempts attempts = Attempts.open()) {
      assertThat(attempts.post(endpoint.url("/")).status()).isEqualTo(200);
      assertThat(idle(attempts)).isEqualTo(1);
      thrown(attempts, failing(new ConnectException("Connection refused")));
      assertThat(idle(attempts)).isEqualTo(1);
      thrown(attempts, failing(new SocketException("Too many open files")));
      await().atMost(Duration.ofSeconds(5)).until(() -> idle(attempts) == 0);
      assertThat(attempts.post(endpoint.url("/")).status()).isEqualTo(200);
    }
  }

  private static int idle(Attempts attempts) {
    return attempts.client.connectionManager().getTotalStats().getAvailable();
  }

  @Test
  void an_endpoint_that_refuses_is_an_attempt() {
    Answer answer =
        ClassifyAnswer.of(connecting(new ConnectException("Connection refused")), AT, TOOK);
    assertThat(answer.error()).isEqualTo("connect");
    assertThat(answer.ours()).isFalse();
    assertThat(answer.notBegun()).isFalse();
  }

  /** A channel's socket says so by a plain exception. */
  static Stream<IOException> lacks() {
    return Stream.of(
        new SocketException("No buffer space available"),
        new IOException("No buffer space available"),
        new SSLException("read", new IOException("Cannot allocate memory")));
  }

  @ParameterizedTest
  @MethodSource("lacks")
  void a_lack_in_the_middle_of_writing_is_ours_but_was_begun(IOException lack) {
    Answer answer = ClassifyAnswer.of(writing(lack), AT, TOOK);
    assertThat(answer.error()).isEqualTo("internal");
    assertThat(answer.ours()).isTrue();
    assertThat(answer.notBegun()).isFalse();
  }

  @Test
  void what_this_node_closed_itself_is_ours_also_beneath_tls() {
    Answer answer =
        ClassifyAnswer.of(new SSLException("read", new AsynchronousCloseException()), AT, TOOK);
    assertThat(answer.error()).isEqualTo("internal");
    assertThat(answer.ours()).isTrue();
  }

  @Test
  void a_connection_that_breaks_beneath_tls_after_the_handshake_is_a_reset() {
    Answer answer =
        ClassifyAnswer.of(new SSLException("read", new IOException("No route to host")), AT, TOOK);
    assertThat(answer.error()).isEqualTo("reset");
    assertThat(answer.ours()).isFalse();
  }

  @Test
  void tls_tells_a_hang_up_from_a_certificate_that_cannot_be_read() {
    assertThat(TlsReason.of(new SSLException("kickstart", new IOException("Broken pipe"))))
        .isEqualTo(TlsReason.CLOSED);
    Exception unreadable = new CertificateException(new IOException("bytes"));
    assertThat(TlsReason.of(new SSLException("certificates", unreadable)))
        .isEqualTo(TlsReason.HANDSHAKE);
  }

  @Test
  void the_operator_is_told_what_lacked_and_no_host() {
    String message = "Connect to http://a.example:80 failed: Too many open files";
    assertThat(ClassifyAnswer.lack(connecting(new SocketException(message))))
        .contains("too many files are open")
        .doesNotContain("a.example");
    assertThat(ClassifyAnswer.lack(new SocketException(message))).isNull();
  }

  /** What leaves the hardened client where connecting fails like this. */
  private static Throwable connecting(IOException failure) {
    try (Attempts attempts = Attempts.open()) {
      return thrown(attempts, failing(failure));
    }
  }

  private static ExecChainHandler failing(IOException failure) {
    return (request, scope, chain) -> {
      throw failure;
    };
  }

  /** What leaves it where the connection fails like this when it is written to. */
  private static Throwable writing(IOException failure) {
    HttpClientConnection broken =
        (HttpClientConnection)
            Proxy.newProxyInstance(
                LackTest.class.getClassLoader(),
                new Class<?>[] {HttpClientConnection.class},
                (proxy, method, arguments) -> {
                  throw failure;
                });
    try (Attempts attempts = Attempts.open()) {
      return thrown(
          attempts,
          (request, scope, chain) ->
              new BoundedExchange().execute(request, broken, (r, c, x) -> {}, scope.clientContext));
    }
  }

  private static Throwable thrown(Attempts attempts, ExecChainHandler inPlaceOfConnecting) {
    HttpClientBuilder builder = HttpClientBuilder.create();
    attempts.client.configure(builder);
    builder.addExecInterceptorBefore(
        ChainElement.CONNECT.name(), "changepost-test", inPlaceOfConnecting);
    CloseableHttpClient client = builder.build();
    return catchThrowable(
        () -> client.execute(new HttpPost("http://127.0.0.1:1/"), response -> null));
  }
}
