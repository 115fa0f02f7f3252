package io.changepost.persistence.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Keys and tokens as text: a prefix that tells what it is, and 32 random bytes. */
public final class KeyText {

  /** Begins an organization's key. */
  public static final String ORGANIZATION = "cpk_";

  /** Begins the operator's key that is made on the first start. */
  public static final String OPERATOR = "cpo_";

  /** Begins a token. */
  public static final String TOKEN = "cpt_";

  private static final int RANDOM_BYTES = 32;
  private static final int HINT_LENGTH = 8;

  private KeyText() {}

  /** A new one. */
  public static String generate(String prefix, SecureRandom random) {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is kept of it: SHA-256, 32 bytes. */
  public static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }

  /** The prefix and four more characters, for a person to tell keys apart. */
  public static String hint(String text) {
    return text.substring(0, HINT_LENGTH);
  }
}
