package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MessageTest {

  @Test
  void has_the_headers_that_a_client_does_not_write_by_itself_and_every_byte_of_the_body() {
    Message message =
        Message.of(
            ("POST /ok HTTP/1.1\r\nHost: a:1\r\nContent-Type: application/json\r\nwebhook-id: msg_1\r\n"
                    + "Content-Length: 7\r\nConnection: keep-alive\r\n\r\n{\"ü\"}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(message.headers())
        .containsExactly(
            java.util.Map.entry("Content-Type", "application/json"),
            java.util.Map.entry("webhook-id", "msg_1"));
    assertThat(message.body()).isEqualTo("{\"ü\"}".getBytes(StandardCharsets.UTF_8));
  }
}
