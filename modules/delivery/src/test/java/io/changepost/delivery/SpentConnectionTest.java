package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same as {@link HostileEndpointTest} shows with sockets, as if the processors were busy. */
class SpentConnectionTest {

  private final AtomicLong received = new AtomicLong(300);

  @ParameterizedTest
  @CsvSource({"0,true", "3,true", "0,false", "3,false"})
  void a_close_is_seen_early_or_late(int millis, boolean isClosed) throws Exception {
    SpentConnection connection = new SpentConnection(answering(millis, false, isClosed, 0));
    assertThat(connection.isStale()).isEqualTo(isClosed);
  }

  @Test
  void what_is_left_over_is_seen() throws Exception {
    assertThat(new SpentConnection(answering(0, true, false, 0)).isStale()).isTrue();
  }

  @Test
  void what_comes_during_the_second_look_is_seen() throws Exception {
    assertThat(new SpentConnection(answering(3, false, false, 17)).isStale()).isTrue();
  }

  /**
   * @param millis how long the first look takes
   * @param late bytes that come during the second
   */
  private ManagedHttpClientConnection answering(
      int millis, boolean hasData, boolean isClosed, int late) {
    return (ManagedHttpClientConnection)
        Proxy.newProxyInstance(
            SpentConnectionTest.class.getClassLoader(),
            new Class<?>[] {ManagedHttpClientConnection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "isOpen" -> true;
                  case "isStale" -> {
                    received.addAndGet(late);
                    yield isClosed;
                  }
                  case "isDataAvailable" -> {
                    busy(millis);
                    yield hasData;
                  }
                  case "getEndpointDetails" -> new Counted(received.get());
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static void busy(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static final class Counted extends EndpointDetails {

    private final long received;

    Counted(long received) {
      super(new InetSocketAddress(1), new InetSocketAddress(2), Timeout.ofSeconds(1));
      this.received = received;
    }

    @Override
    public long getReceivedBytesCount() {
      return received;
    }

    @Override
    public long getRequestCount() {
      return 0;
    }

    @Override
    public long getResponseCount() {
      return 0;
    }

    @Override
    public long getSentBytesCount() {
      return 0;
    }
  }
}
