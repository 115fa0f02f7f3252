package io.changepost.domain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs as Standard Webhooks says: over {@code <id>.<unix seconds>.<body>}, so that neither can be
 * exchanged. Pure and thread-safe.
 */
public final class StandardSignature {

  private static final String HMAC = "HmacSHA256";

  private StandardSignature() {}

  /** The symmetric signature with that key: {@code v1,<base64>}. */
  public static String sign(byte[] secret, String id, long unixSeconds, byte[] body) {
    return hmac(secret, head(id, unixSeconds), body);
  }

  /**
   * One signature for each secret, in the given order (newest first), separated by spaces: what the
   * header {@code webhook-signature} carries.
   */
  public static String sign(List<SigningSecret> secrets, String id, long unixSeconds, byte[] body) {
    byte[] head = head(id, unixSeconds);
    if (secrets.size() == 1) {
      return one(secrets.get(0), head, body);
    }
    StringJoiner signatures = new StringJoiner(" ");
    secrets.forEach(secret -> signatures.add(one(secret, head, body)));
    return signatures.toString();
  }

  private static String one(SigningSecret secret, byte[] head, byte[] body) {
    return switch (secret.kind()) {
      case HMAC -> hmac(secret.key(), head, body);
      case ED25519 -> "v1a," + base64(Ed25519.sign(secret.key(), head, body));
    };
  }

  private static String hmac(byte[] key, byte[] head, byte[] body) {
    try {
      Mac mac = newMac();
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update(head);
      return "v1," + base64(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + HMAC, e);
    }
  }

  /** Copying one that is never used is half the cost of asking the providers for one. */
  private static Mac newMac() throws GeneralSecurityException {
    try {
      return (Mac) Unused.MAC.clone();
    } catch (CloneNotSupportedException otherProvider) {
      return Mac.getInstance(HMAC);
    }
  }

  private static final class Unused {

    static final Mac MAC = make();

    private static Mac make() {
      try {
        return Mac.getInstance(HMAC);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java runtime has no " + HMAC, e);
      }
    }
  }

  private static byte[] head(String id, long unixSeconds) {
    return (id + "." + unixSeconds + ".").getBytes(StandardCharsets.UTF_8);
  }

  private static String base64(byte[] signature) {
    return Base64.getEncoder().encodeToString(signature);
  }
}
