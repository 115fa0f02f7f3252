package io.changepost.domain;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The secret that a webhook's messages are signed with, in the text form of Standard Webhooks:
 * {@code whsec_} and base64 of 24 to 64 bytes for HMAC, {@code whsk_} and base64 of a 32-byte seed
 * for Ed25519. Immutable; {@link #toString()} never shows it.
 */
public final class SigningSecret {

  /** How a secret signs; the words are those of the table {@code webhook_secret}. */
  public enum Kind {
    /** Symmetric, HMAC-SHA256, signature {@code v1}. */
    HMAC("hmac", "whsec_"),
    /** Asymmetric, signature {@code v1a}; the receiver knows the public key alone. */
    ED25519("ed25519", "whsk_");

    private final String word;
    private final String prefix;

    Kind(String word, String prefix) {
      this.word = word;
      this.prefix = prefix;
    }

    /** The word in tables and the API. */
    public String word() {
      return word;
    }
  }

  private static final int GENERATED_BYTES = 32;
  private static final int SEED_BYTES = 32;
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;

  private final Kind kind;
  private final byte[] key;

  private SigningSecret(Kind kind, byte[] key) {
    this.kind = kind;
    this.key = key;
  }

  /** A new secret of 32 random bytes. */
  public static SigningSecret generate(Kind kind, SecureRandom random) {
    byte[] key = new byte[GENERATED_BYTES];
    random.nextBytes(key);
    return new SigningSecret(kind, key);
  }

  /** A new HMAC secret of 32 random bytes. */
  public static SigningSecret generate(SecureRandom random) {
    return generate(Kind.HMAC, random);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException for anything else; its message does not repeat the text
   */
  public static SigningSecret parse(String text) {
    for (Kind kind : Kind.values()) {
      if (text.startsWith(kind.prefix)) {
        return new SigningSecret(kind, decode(kind, text.substring(kind.prefix.length())));
      }
    }
    throw new IllegalArgumentException("a signing secret starts with whsec_ (or whsk_)");
  }

  private static byte[] decode(Kind kind, String base64) {
    byte[] key;
    try {
      key = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException notBase64) {
      // Its message would show characters of the secret.
      throw new IllegalArgumentException("what follows the secret's prefix is not base64");
    }
    if (kind == Kind.ED25519 && key.length != SEED_BYTES) {
      throw new IllegalArgumentException("a whsk_ secret has " + SEED_BYTES + " bytes");
    }
    if (key.length < LEAST_BYTES || key.length > MOST_BYTES) {
      throw new IllegalArgumentException("a secret has 24 to 64 bytes, this one " + key.length);
    }
    return key;
  }

  /** How it signs. */
  public Kind kind() {
    return kind;
  }

  /** The text form, to be shown to the owner alone. */
  public String text() {
    return kind.prefix + Base64.getEncoder().encodeToString(key);
  }

  /** The key itself: a copy of the HMAC key or of the Ed25519 seed. */
  public byte[] key() {
    return key.clone();
  }

  /**
   * What a receiver verifies with: the public key, {@code whpk_} and base64, of an Ed25519 secret;
   * the secret itself of an HMAC one.
   */
  public String verifyingText() {
    return kind == Kind.HMAC
        ? text()
        : "whpk_" + Base64.getEncoder().encodeToString(Ed25519.publicKey(key));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SigningSecret that
        && kind == that.kind
        && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "SigningSecret[" + kind.word() + "]";
  }
}
