package io.changepost.app.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies as a receiver does, by the text of Standard Webhooks and not by the code that signs.
 * Thread-safe.
 */
final class Signature {

  private static final String PREFIX = "whsec_";
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final byte[] key;

  /** {@code secret} is what the API showed, beginning with {@code whsec_}. */
  Signature(String secret) {
    if (!secret.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a secret begins with " + PREFIX);
    }
    this.key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
  }

  /** The three headers that are signed or sign; an absent one is empty. */
  record Headers(String id, String timestamp, String signatures) {}

  /** Whether one of the signatures is right and the timestamp is within five minutes of now. */
  boolean verifies(Headers headers, byte[] body, Instant now) {
    long seconds;
    try {
      seconds = Long.parseLong(headers.timestamp());
    } catch (NumberFormatException e) {
      return false;
    }
    long away = Math.abs(now.getEpochSecond() - seconds);
    if (headers.id().isEmpty() || away > TOLERANCE.toSeconds()) {
      return false;
    }
    byte[] right = ("v1," + signature(headers, body)).getBytes(StandardCharsets.US_ASCII);
    for (String given : headers.signatures().split(" ", -1)) {
      if (MessageDigest.isEqual(right, given.getBytes(StandardCharsets.UTF_8))) {
        return true;
      }
    }
    return false;
  }

  private String signature(Headers headers, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((headers.id() + "." + headers.timestamp() + ".").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
