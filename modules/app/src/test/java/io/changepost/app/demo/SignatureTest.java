package io.changepost.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.demo.Signature.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The example that the authors of Standard Webhooks publish with their libraries. */
class SignatureTest {

  private static final Instant THEN = Instant.ofEpochSecond(1614265330);
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
  private static final String RIGHT = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

  private final Signature signature = new Signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

  @Test
  void the_published_example_verifies() {
    assertThat(signature.verifies(headers(RIGHT), BODY, THEN)).isTrue();
  }

  @Test
  void one_right_signature_among_others_is_enough() {
    assertThat(signature.verifies(headers("v1,AAAA v1a,BBBB " + RIGHT), BODY, THEN)).isTrue();
  }

  @Test
  void another_body_another_id_and_an_old_timestamp_do_not_verify() {
    byte[] other = "{\"test\": 2432232315}".getBytes(StandardCharsets.UTF_8);
    assertThat(signature.verifies(headers(RIGHT), other, THEN)).isFalse();
    assertThat(signature.verifies(new Headers("msg_other", "1614265330", RIGHT), BODY, THEN))
        .isFalse();
    assertThat(signature.verifies(headers(RIGHT), BODY, THEN.plusSeconds(301))).isFalse();
  }

  @Test
  void absent_headers_do_not_verify() {
    assertThat(signature.verifies(new Headers("", "", ""), BODY, THEN)).isFalse();
    assertThat(signature.verifies(headers(""), BODY, THEN)).isFalse();
  }

  private static Headers headers(String signatures) {
    return new Headers("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", signatures);
  }
}
