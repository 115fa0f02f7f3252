package io.changepost.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardSignatureTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The published example of Standard Webhooks' libraries. */
  @Test
  void signs_the_example_that_the_public_libraries_test_with() {
    SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    String signature =
        StandardSignature.sign(
            secret.key(),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            "{\"test\": 2432232314}".getBytes(UTF_8));
    assertThat(signature).isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void many_threads_sign_at_once_with_their_own_secrets() {
    byte[] body = "{}".getBytes(UTF_8);
    List<SigningSecret> secrets =
        Stream.generate(() -> SigningSecret.generate(RANDOM)).limit(200).toList();
    List<String> alone =
        secrets.stream().map(s -> StandardSignature.sign(s.key(), "msg_1", 7, body)).toList();
    assertThat(
            secrets.parallelStream()
                .map(s -> StandardSignature.sign(s.key(), "msg_1", 7, body))
                .toList())
        .isEqualTo(alone);
  }

  @Test
  void several_secrets_sign_in_their_order() {
    SigningSecret newer = SigningSecret.generate(RANDOM);
    SigningSecret older = SigningSecret.generate(RANDOM);
    byte[] body = "{}".getBytes(UTF_8);
    assertThat(StandardSignature.sign(List.of(newer, older), "msg_1", 7, body))
        .isEqualTo(
            StandardSignature.sign(newer.key(), "msg_1", 7, body)
                + " "
                + StandardSignature.sign(older.key(), "msg_1", 7, body));
  }

  @Test
  void every_part_of_a_message_changes_its_signature() {
    byte[] key = SigningSecret.generate(RANDOM).key();
    byte[] body = "{\"a\":1}".getBytes(UTF_8);
    String signature = StandardSignature.sign(key, "msg_1", 7, body);
    assertThat(StandardSignature.sign(key, "msg_1", 7, body)).isEqualTo(signature);
    assertThat(StandardSignature.sign(key, "msg_2", 7, body)).isNotEqualTo(signature);
    assertThat(StandardSignature.sign(key, "msg_1", 8, body)).isNotEqualTo(signature);
    assertThat(StandardSignature.sign(key, "msg_1", 7, "{\"a\":2}".getBytes(UTF_8)))
        .isNotEqualTo(signature);
  }

  /** RFC 8032, section 7.1, test 1. */
  @Test
  void derives_the_public_key_of_the_rfc() {
    byte[] seed =
        HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    assertThat(HexFormat.of().formatHex(Ed25519.publicKey(seed)))
        .isEqualTo("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assertThat(HexFormat.of().formatHex(Ed25519.sign(seed, new byte[0], new byte[0])))
        .startsWith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155");
  }

  @Test
  void an_ed25519_signature_verifies_with_the_public_key_alone() throws Exception {
    for (int i = 0; i < 20; i++) {
      SigningSecret secret = SigningSecret.generate(SigningSecret.Kind.ED25519, RANDOM);
      byte[] body = ("{\"n\":" + i + "}").getBytes(UTF_8);
      String header = StandardSignature.sign(List.of(secret), "msg_1", 7, body);
      assertThat(header).startsWith("v1a,");
      assertThat(secret.text()).startsWith("whsk_");
      Signature verify = Signature.getInstance("Ed25519");
      verify.initVerify(
          KeyFactory.getInstance("Ed25519").generatePublic(publicKey(secret.verifyingText())));
      verify.update(("msg_1.7." + new String(body, UTF_8)).getBytes(UTF_8));
      assertThat(verify.verify(Base64.getDecoder().decode(header.substring(4)))).isTrue();
    }
  }

  private static EdECPublicKeySpec publicKey(String text) {
    assertThat(text).startsWith("whpk_");
    byte[] little = Base64.getDecoder().decode(text.substring(5));
    boolean odd = (little[31] & 0x80) != 0;
    little[31] &= 0x7f;
    byte[] big = new byte[32];
    for (int i = 0; i < 32; i++) {
      big[i] = little[31 - i];
    }
    return new EdECPublicKeySpec(
        NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big)));
  }

  @Test
  void a_secret_is_read_back_from_its_text() {
    for (SigningSecret.Kind kind : SigningSecret.Kind.values()) {
      SigningSecret secret = SigningSecret.generate(kind, RANDOM);
      assertThat(secret.key()).hasSize(32);
      assertThat(SigningSecret.parse(secret.text())).isEqualTo(secret);
      assertThat(SigningSecret.parse(secret.text()).kind()).isEqualTo(kind);
    }
    assertThat(SigningSecret.generate(RANDOM)).isNotEqualTo(SigningSecret.generate(RANDOM));
  }

  @Test
  void a_secret_never_shows_itself() {
    SigningSecret secret = SigningSecret.generate(RANDOM);
    assertThat(secret.toString()).isEqualTo("SigningSecret[hmac]");
    secret.key()[0]++;
    assertThat(SigningSecret.parse(secret.text())).isEqualTo(secret);
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void a_secret_may_have_24_to_64_bytes(int bytes) {
    String text = "whsec_" + Base64.getEncoder().encodeToString(new byte[bytes]);
    assertThat(SigningSecret.parse(text).key()).hasSize(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "whsec_",
        "whsec_AAAA",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "whsec_!!!notbase64!!!",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
      })
  void any_other_text_is_refused_without_being_repeated(String text) {
    assertThatThrownBy(() -> SigningSecret.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .message()
        .doesNotContain("MfKQ")
        .doesNotContain("!!!");
  }
}
