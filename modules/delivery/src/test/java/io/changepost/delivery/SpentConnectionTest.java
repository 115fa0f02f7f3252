package io.changepost.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection and its peer; {@link HostileEndpointTest} shows the same by whole posts. */
class SpentConnectionTest {

  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final ServerSocket server = listening();
  private final ManagedHttpClientConnection connection = connected();
  private final Socket peer = accepted();

  private static ServerSocket listening() {
    try {
      return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private ManagedHttpClientConnection connected() {
    try {
      ManagedHttpClientConnection bound = new BoundedConnections().createConnection(null);
      bound.bind(SocketChannel.open(server.getLocalSocketAddress()).socket());
      return bound;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Socket accepted() {
    try {
      return server.accept();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void was_answered_once() throws Exception {
    answerIsTaken(ANSWER);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    peer.close();
    server.close();
  }

  private void answerIsTaken(String bytes) throws Exception {
    send(bytes);
    ClassicHttpResponse response = connection.receiveResponseHeader();
    connection.receiveResponseEntity(response);
    assertThat(EntityUtils.toString(response.getEntity())).isEqualTo("ok");
    connection.passivate();
  }

  private void send(String bytes) throws IOException {
    peer.getOutputStream().write(bytes.getBytes(US_ASCII));
  }

  private void seenAsSpent() {
    await().atMost(Duration.ofSeconds(5)).until(connection::isStale);
  }

  @Test
  void a_silent_peer_is_no_reason_and_the_connection_reads_on() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(connection.isStale()).isFalse();
    }
    answerIsTaken(ANSWER);
  }

  @Test
  void to_look_waits_for_nothing() throws Exception {
    long quickest = Long.MAX_VALUE;
    for (int i = 0; i < 200; i++) {
      long start = System.nanoTime();
      assertThat(connection.isStale()).isFalse();
      quickest = Math.min(quickest, System.nanoTime() - start);
    }
    // To wait for a while that can be told to a socket takes 1 ms at least.
    assertThat(quickest).isLessThan(Duration.ofMillis(1).toNanos());
  }

  @Test
  void a_peer_that_has_closed_is_seen() throws Exception {
    peer.close();
    seenAsSpent();
  }

  @Test
  void what_comes_after_the_answer_is_seen() throws Exception {
    send("x");
    seenAsSpent();
  }

  @Test
  void what_came_with_the_answer_is_seen() throws Exception {
    answerIsTaken(ANSWER + "x");
    // Also on a connection that is busy: it costs no look at the socket.
    assertThat(connection.isStale()).isTrue();
  }

  @Test
  void a_busy_connection_is_looked_at_once_it_was_idle() throws Exception {
    answerIsTaken(ANSWER);
    peer.close();
    seenAsSpent();
  }

  @Test
  void once_closed_it_closes_each_socket_that_it_is_given() throws Exception {
    ManagedHttpClientConnection late = new BoundedConnections().createConnection(null);
    late.close(CloseMode.IMMEDIATE);
    Socket next = SocketChannel.open().socket();
    assertThatThrownBy(() -> late.bind(next)).isInstanceOf(ClosedChannelException.class);
    assertThat(next.isClosed()).isTrue();
  }

  @Test
  void it_reads_without_a_limit_of_its_own() {
    connection.setSocketTimeout(Timeout.ofSeconds(7));
    assertThat(connection.getSocketTimeout()).isEqualTo(Timeout.DISABLED);
  }
}
