package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.SigningSecret;
import io.changepost.domain.StandardSignature;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Received;
import io.changepost.testkit.Reply;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
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
  void an_asymmetric_signature_stands_beside_and_the_public_key_verifies_it() throws Exception {
    try (Endpoint endpoint = Endpoint.start()) {
      Answer created = webhook(endpoint.url("/hook"));
      String path = "/webhooks/" + created.id();
      assertThat(created.body().get("publicKey").isNull()).isTrue();
      Answer patched = client.patch(path, "{\"ed25519\":true}");
      String first = patched.text("publicKey");
      assertThat(first).startsWith("whpk_").hasSize(5 + 44);
      assertThat(client.patch(path, "{\"ed25519\":true}").text("publicKey")).isEqualTo(first);
      client.post(path + "/test", null);
      assertThat(isVerified(endpoint.requests().get(0), first)).isTrue();

      client.post(path + "/secret/rotate", null);
      String second = client.get(path).text("publicKey");
      assertThat(second).isNotEqualTo(first);
      client.post(path + "/test", null);
      Received overlapping = endpoint.requests().get(1);
      assertThat(isVerified(overlapping, first)).isTrue();
      assertThat(isVerified(overlapping, second)).isTrue();

      assertThat(client.patch(path, "{\"ed25519\":false}").body().get("publicKey").isNull())
          .isTrue();
      client.post(path + "/test", null);
      assertThat(endpoint.requests().get(2).header("webhook-signature")).doesNotContain("v1a,");
      assertThat(isVerified(endpoint.requests().get(2), second)).isFalse();
    }
  }

  private static boolean isVerified(Received received, String publicKey) throws Exception {
    byte[] raw = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
    byte[] encoded = new byte[12 + raw.length];
    // The head of an Ed25519 SubjectPublicKeyInfo, RFC 8410.
    System.arraycopy(HexFormat.of().parseHex("302a300506032b6570032100"), 0, encoded, 0, 12);
    System.arraycopy(raw, 0, encoded, 12, raw.length);
    PublicKey key =
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    String signed =
        received.header("webhook-id")
            + "."
            + received.header("webhook-timestamp")
            + "."
            + received.text();
    for (String one : Objects.requireNonNull(received.header("webhook-signature")).split(" ")) {
      if (one.startsWith("v1a,")) {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(signed.getBytes(StandardCharsets.UTF_8));
        if (signature.verify(Base64.getDecoder().decode(one.substring(4)))) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void too_many_in_a_minute_are_refused_and_others_are_not_held_up() {
    try (Endpoint endpoint = Endpoint.start()) {
      String test = "/webhooks/" + webhook(endpoint.url("/hook")).id() + "/test";
      for (int i = 0; i < TestApi.TESTS_LIMIT; i++) {
        assertThat(client.post(test, null).status()).isEqualTo(200);
      }
      Answer refused = client.post(test, null);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow())).isBetween(1, 60);
      assertThat(refused.text()).contains("changepost.webhooks.tests-per-minute");
      assertThat(endpoint.requests()).hasSize(TestApi.TESTS_LIMIT);
      Client other = api.organization();
      long id =
          other
              .post(
                  "/webhooks",
                  "{\"url\":\""
                      + endpoint.url("/")
                      + "\",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}")
              .id();
      assertThat(other.post("/webhooks/" + id + "/test", null).status()).isEqualTo(200);
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
