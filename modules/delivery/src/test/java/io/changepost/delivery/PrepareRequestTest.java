package io.changepost.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import io.changepost.domain.RenderMessage;
import io.changepost.domain.SigningSecret;
import io.changepost.domain.StandardSignature;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrepareRequestTest {

  private static final Instant NOW = Instant.parse("2026-11-23T08:45:57.9Z");
  private static final SigningSecret SECRET = SigningSecret.generate(new SecureRandom());
  private static final PrepareRequest PREPARE =
      new PrepareRequest(
          new DeliverySettings(
              Duration.ofSeconds(15),
              Duration.ofSeconds(5),
              true,
              List.of(),
              8,
              "Changepost/1.2.3"));

  private static ClaimedDelivery delivery(String url, @Nullable String traceparent) {
    Change change =
        new Change(5, "Company", "create", "9", NOW, "{\"a_b\":1}", null, true, false, traceparent);
    return new ClaimedDelivery(
        new MessageId(5, 7, 11), 1, 1, 3, 99, NOW, 45_000, NOW, url, null, List.of(), change, null);
  }

  @Test
  void a_request_carries_the_headers_of_the_contract() {
    ClaimedDelivery delivery = delivery("https://public.example/hook?x=1", null);
    PreparedRequest request = PREPARE.prepare(delivery, List.of(SECRET), Map.of(), NOW);
    byte[] body = RenderMessage.bytes(delivery);
    assertThat(request.body()).isEqualTo(body);
    assertThat(request.url()).hasToString("https://public.example/hook?x=1");
    assertThat(request.headers())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "Content-Type", "application/json",
                "User-Agent", "Changepost/1.2.3",
                "webhook-id", delivery.id().text(),
                "webhook-timestamp", "1795423557",
                "webhook-attempt", "3",
                "webhook-signature",
                    StandardSignature.sign(SECRET.key(), delivery.id().text(), 1795423557L, body)));
    assertThat(new String(request.body(), UTF_8)).contains("\"current\":{\"aB\":1}");
  }

  @Test
  void headers_of_ours_win_over_the_customers() {
    Map<String, String> headers =
        PREPARE
            .prepare(
                delivery("https://public.example/", null),
                List.of(SECRET),
                Map.of(
                    "Authorization", "Bearer x",
                    "WEBHOOK-ID", "forged",
                    "content-type", "text/html",
                    "Host", "other",
                    "CamelHttpUri", "http://x"),
                NOW)
            .headers();
    assertThat(headers)
        .containsEntry("Authorization", "Bearer x")
        .containsEntry("Content-Type", "application/json")
        .doesNotContainKeys("WEBHOOK-ID", "content-type", "Host", "CamelHttpUri")
        .hasSize(7);
  }

  @Test
  void a_trace_goes_on_only_where_it_cannot_break_a_header() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(headers(trace)).containsEntry("traceparent", trace);
    for (String bad :
        List.of("", "x", trace + "\r\nX: y", trace.toUpperCase(java.util.Locale.ROOT))) {
      assertThat(headers(bad)).doesNotContainKey("traceparent");
    }
  }

  private static Map<String, String> headers(String traceparent) {
    return PREPARE
        .prepare(delivery("https://public.example/", traceparent), List.of(SECRET), Map.of(), NOW)
        .headers();
  }

  @Test
  void a_stored_url_against_todays_rules_is_a_blocked_address_and_ours() {
    for (String url : List.of("http://public.example/", "https://127.1/", "https://{{x}}/", "")) {
      assertThatThrownBy(() -> PREPARE.prepare(delivery(url, null), List.of(SECRET), Map.of(), NOW))
          .isInstanceOf(RefusedUrlException.class)
          .satisfies(
              refused -> {
                var answer = ClassifyAnswer.of(refused, NOW, Duration.ZERO);
                assertThat(answer.error()).isEqualTo("blocked address");
                assertThat(answer.ours()).isTrue();
              });
    }
  }

  @Test
  void a_request_shows_neither_path_nor_headers_nor_body() {
    assertThat(
            PREPARE
                .prepare(
                    delivery("https://public.example/secret-path", null),
                    List.of(SECRET),
                    Map.of("Authorization", "Bearer x"),
                    NOW)
                .toString())
        .doesNotContain("secret-path")
        .doesNotContain("Bearer");
  }
}
