package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomHeadersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization",
        "X-Api-Key",
        "x-tenant",
        "X_Odd.Name~1",
        "Accept",
        "Tenant",
        "Kafka-Tenant"
      })
  void a_header_of_the_customers_own_is_taken(String name) {
    assertThat(CustomHeaders.check(Map.of(name, "Bearer abc; q=\"1\""))).isEmpty();
    assertThat(CustomHeaders.check(Map.of(name, ""))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host",
        "HOST",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "webhook-id",
        "Webhook-Signature",
        "WEBHOOK-x",
        "User-Agent",
        "Content-Type",
        "Content-Encoding",
        "Proxy-Authorization",
        "Cookie",
        "traceparent",
        "CamelHttpUri",
        "cAmElHttpMethod",
        "org.apache.camel.x",
        "kafka.OVERRIDE_TOPIC",
        "Kafka.Partition_Key",
        "Date",
        "Via",
        "HTTP2-Settings",
        "X-Forwarded-For",
        "x-forwarded-host",
        "Forwarded",
        "X-Real-IP",
        "X-HTTP-Method-Override",
        "",
        " ",
        "X Y",
        "X:Y",
        "X\r\nY",
        "X\u0000",
        "Ünï",
        "X\tY",
        "(X)",
        "X,Y"
      })
  void one_that_is_ours_or_no_token_is_refused(String name) {
    assertThat(CustomHeaders.check(Map.of(name, "v")).orElseThrow().code())
        .isEqualTo("invalid_header");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\r\nX: y", "a\nb", "a\rb", "a\u0000b", "ü", "a\tb", "\u007f", " a", "a ", "😀"})
  void a_value_that_could_break_out_is_refused(String value) {
    assertThat(CustomHeaders.check(Map.of("X-Key", value))).isPresent();
  }

  @Test
  void numbers_and_bytes_are_bounded() {
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      headers.put("X-" + i, "v");
    }
    assertThat(CustomHeaders.check(headers)).isEmpty();
    headers.put("X-20", "v");
    assertThat(CustomHeaders.check(headers)).isPresent();
    assertThat(CustomHeaders.check(Map.of("X", "v".repeat(8 * 1024 - 5)))).isEmpty();
    assertThat(CustomHeaders.check(Map.of("X", "v".repeat(8 * 1024)))).isPresent();
    assertThat(CustomHeaders.check(Map.of("X".repeat(257), "v"))).isPresent();
  }

  @Test
  void one_name_in_two_cases_is_refused() {
    Map<String, String> twice = new LinkedHashMap<>();
    twice.put("X-Key", "1");
    twice.put("x-key", "2");
    assertThat(CustomHeaders.check(twice)).isPresent();
  }
}
