package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.SigningSecret;
import io.changepost.domain.StandardSignature;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import io.changepost.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The test message, against a real endpoint. */
class TestSendTest {

  private final TestApi api = TestApi.shared();
  private final Client client = api.organization();

  private Answer webhook(String url) {
    return client.post(
        "/webhooks",
        "{\"url\":\""
            + url
            + "\",\"headers\":{\"Authorization\":\"Bearer q\\\"\\\\x\"},"
            + "\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
  }

  @Test
  void it_is_signed_carries_the_headers_and_tells_the_answer() {
    try (Endpoint endpoint = Endpoint.start()) {
      endpoint.answer(Reply.status(418));
      Answer created = webhook(endpoint.url("/hook"));
      String path = "/webhooks/" + created.id();
      client.post(path + "/deactivate", null);
      Answer answer = client.post(path + "/test", null);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      assertThat(answer.body().get("status").asInt()).isEqualTo(418);
      assertThat(answer.text("error")).isEqualTo("status 418");
      Received received = endpoint.requests().get(0);
      assertThat(received.header("authorization")).isEqualTo("Bearer q\"\\x");
      assertThat(received.text()).contains("\"object\":\"Test\",\"action\":\"test\"");
      String id = Objects.requireNonNull(received.header("webhook-id"));
      long seconds = Long.parseLong(Objects.requireNonNull(received.header("webhook-timestamp")));
      assertThat(received.header("webhook-signature"))
          .isEqualTo(
              StandardSignature.sign(
                  List.of(SigningSecret.parse(created.text("secret"))),
                  id,
                  seconds,
                  received.text().getBytes(StandardCharsets.UTF_8)));
      assertThat(client.get(path + "/deliveries").body().get("items")).isEmpty();
      assertThat(client.get(path).body().get("lastSuccessAt").isNull()).isTrue();
    }
  }

  @Test
  void both_secrets_sign_during_the_overlap() {
    try (Endpoint endpoint = Endpoint.start()) {
      Answer created = webhook(endpoint.url("/hook"));
      client.post("/webhooks/" + created.id() + "/secret/rotate", null);
      client.post("/webhooks/" + created.id() + "/test", null);
      assertThat(endpoint.requests().get(0).header("webhook-signature")).matches("v1,\\S+ v1,\\S+");
    }
  }

  @Test
  void where_nobody_answers_the_error_says_so() {
    Endpoint endpoint = Endpoint.start();
    String url = endpoint.url("/");
    endpoint.close();
    Answer answer = client.post("/webhooks/" + webhook(url).id() + "/test", null);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().get("status").isNull()).isTrue();
    assertThat(answer.text("error")).isEqualTo("connect");
    assertThat(answer.body().get("body").isNull()).isTrue();
  }
}
