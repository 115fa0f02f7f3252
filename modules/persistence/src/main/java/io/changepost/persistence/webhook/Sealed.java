package io.changepost.persistence.webhook;

import io.changepost.domain.RawJson;
import io.changepost.domain.SigningSecret;
import io.changepost.persistence.SecretBox;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept sealed with a webhook, in UTF-8: a signing secret in its text form ({@code
 * whsec_…}), and the owner's headers as one JSON object of strings.
 */
public final class Sealed {

  private Sealed() {}

  /** A secret, sealed. */
  public static byte[] seal(SigningSecret secret, SecretBox box) {
    return box.seal(secret.text().getBytes(StandardCharsets.UTF_8));
  }

  /** The secret that was sealed. */
  public static SigningSecret openSecret(byte[] sealed, SecretBox box) {
    return SigningSecret.parse(new String(box.open(sealed), StandardCharsets.UTF_8));
  }

  /** Headers, sealed; null where there are none. Names and values are printable ASCII. */
  public static byte @Nullable [] sealOrNull(Map<String, String> headers, SecretBox box) {
    if (headers.isEmpty()) {
      return null;
    }
    StringBuilder json = new StringBuilder();
    headers.forEach(
        (name, value) ->
            json.append(json.length() == 0 ? "{" : ",")
                .append(quoted(name))
                .append(':')
                .append(quoted(value)));
    return box.seal(json.append('}').toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The headers that were sealed, in their order; none for null. */
  public static Map<String, String> openHeaders(byte @Nullable [] sealed, SecretBox box) {
    if (sealed == null) {
      return Map.of();
    }
    RawJson json = RawJson.of(new String(box.open(sealed), StandardCharsets.UTF_8));
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 0; i < json.names().size(); i++) {
      String value = json.value(i);
      headers.put(
          unescaped(json.names().get(i)), unescaped(value.substring(1, value.length() - 1)));
    }
    return headers;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String unescaped(String text) {
    return text.replaceAll("\\\\(.)", "$1");
  }
}
