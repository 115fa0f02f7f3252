package io.changepost.acceptance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Standard Webhooks as a receiver would check it, written from its specification. */
public final class Verify {

  private Verify() {}

  public static boolean signed(Received received, String secret) {
    String text =
        received.id() + "." + received.headers().get("webhook-timestamp") + "." + received.text();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String expected =
          "v1,"
              + Base64.getEncoder()
                  .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
      String header = received.headers().getOrDefault("webhook-signature", "");
      return java.util.List.of(header.split(" ", -1)).contains(expected);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
