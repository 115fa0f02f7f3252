package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PostTest {

  private static final String BODY = "{\"name\":\"mark-42\"}";
  private static final String REQUEST =
      "POST /ok/7 HTTP/1.1\r\nHost: a\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;

  private static ByteBuffer buffer(String text) {
    return ByteBuffer.allocate(1024).put(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void is_read_once_it_is_all_there() {
    for (int length = 0; length < REQUEST.length(); length++) {
      assertThat(Post.of(buffer(REQUEST.substring(0, length)))).isNull();
    }
    assertThat(Post.of(buffer(REQUEST))).isEqualTo(new Post("/ok/7", 42, REQUEST.length()));
  }

  @Test
  void the_next_one_behind_it_is_left_alone() {
    assertThat(Post.of(buffer(REQUEST + REQUEST.substring(0, 30))))
        .isEqualTo(new Post("/ok/7", 42, REQUEST.length()));
  }

  @Test
  void without_a_body_there_is_no_mark() {
    String request = "GET /count HTTP/1.1\r\nHost: a\r\n\r\n";
    assertThat(Post.of(buffer(request))).isEqualTo(new Post("/count", -1, request.length()));
  }
}
