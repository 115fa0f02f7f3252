package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link HostileEndpointTest} shows with sockets, where the processors are busy. */
class SpentConnectionTest {

  @ParameterizedTest
  @CsvSource({"0,true", "3,true", "0,false", "3,false"})
  void a_close_is_seen_however_long_the_look_took(int millis, boolean isClosed) throws Exception {
    SpentConnection connection = new SpentConnection(answering(millis, false, isClosed));
    assertThat(connection.isStale()).isEqualTo(isClosed);
  }

  @Test
  void what_is_left_over_is_seen_on_an_open_connection() throws Exception {
    assertThat(new SpentConnection(answering(0, true, false)).isStale()).isTrue();
  }

  private static ManagedHttpClientConnection answering(
      int millis, boolean hasData, boolean isClosed) {
    return (ManagedHttpClientConnection)
        Proxy.newProxyInstance(
            SpentConnectionTest.class.getClassLoader(),
            new Class<?>[] {ManagedHttpClientConnection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "isOpen" -> true;
                  case "isStale" -> isClosed;
                  case "isDataAvailable" -> {
                    busy(millis);
                    yield hasData;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static void busy(int millis) {
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
