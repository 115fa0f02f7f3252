package io.changepost.persistence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBoxTest {

  private static final byte[] PLAIN = "whsec_of one customer".getBytes(UTF_8);

  @Test
  void opens_what_it_sealed_and_never_seals_alike() {
    SecretBox box = SecretBox.parse(SecretBox.newKey());
    assertThat(box.open(box.seal(PLAIN))).isEqualTo(PLAIN);
    assertThat(box.seal(PLAIN)).isNotEqualTo(box.seal(PLAIN));
    assertThat(new String(box.seal(PLAIN), UTF_8)).doesNotContain("whsec_");
    assertThat(box.open(box.seal(new byte[0]))).isEmpty();
  }

  @Test
  void a_new_key_seals_while_the_old_one_still_opens() {
    String old = SecretBox.newKey();
    String current = SecretBox.newKey();
    SecretBox before = SecretBox.parse(old);
    SecretBox both = SecretBox.parse(current + ", " + old);
    byte[] sealed = before.seal(PLAIN);
    assertThat(both.open(sealed)).isEqualTo(PLAIN);
    assertThat(both.isSealedWithCurrentKey(sealed)).isFalse();
    assertThat(both.isSealedWithCurrentKey(both.seal(PLAIN))).isTrue();
    assertThat(SecretBox.parse(current).open(both.seal(PLAIN))).isEqualTo(PLAIN);
  }

  @Test
  void a_wrong_key_is_told_by_its_id() {
    SecretBox box = SecretBox.parse(SecretBox.newKey());
    byte[] sealed = box.seal(PLAIN);
    SecretBox other = SecretBox.parse(SecretBox.newKey());
    assertThatThrownBy(() -> other.open(sealed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(box.keyId())
        .hasMessageContaining(other.keyId());
    assertThat(SecretBox.keyIdOf(sealed)).isEqualTo(box.keyId()).hasSize(8);
  }

  @Test
  void what_was_altered_does_not_open() {
    SecretBox box = SecretBox.parse(SecretBox.newKey());
    byte[] sealed = box.seal(PLAIN);
    sealed[sealed.length - 1] ^= 1;
    assertThatThrownBy(() -> box.open(sealed)).hasMessageContaining("altered");
    assertThatThrownBy(() -> box.open(PLAIN)).hasMessageContaining("not sealed");
    assertThatThrownBy(() -> box.open(new byte[3])).hasMessageContaining("not sealed");
  }

  @Test
  void keys_of_another_form_are_refused_without_repeating_them() {
    assertThatThrownBy(() -> SecretBox.parse("not base64!"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("changepost.encryption.key")
        .hasMessageNotContaining("not base64!");
    String shortKey = Base64.getEncoder().encodeToString(new byte[16]);
    assertThatThrownBy(() -> SecretBox.parse(shortKey)).hasMessageContaining("32 bytes");
    assertThatThrownBy(() -> SecretBox.of(List.of())).hasMessageContaining("needs a key");
  }
}
