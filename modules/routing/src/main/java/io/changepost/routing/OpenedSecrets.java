package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.SigningSecret;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.webhook.Sealed;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Opens what is sealed with a webhook, once for each sealed text: the same secret signs thousands
 * of messages. Bounded; forgets all when full. Thread-safe.
 */
final class OpenedSecrets {

  private static final int MOST = 20_000;

  private final SecretBox box;
  private final Map<String, SigningSecret> secrets = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();

  OpenedSecrets(SecretBox box) {
    this.box = box;
  }

  /** Those that sign now, newest first. */
  List<SigningSecret> signing(ClaimedDelivery delivery) {
    return delivery.secrets().stream().map(this::secret).toList();
  }

  private SigningSecret secret(String kindAndSealed) {
    return remember(
        secrets,
        kindAndSealed,
        text -> Sealed.openSecret(decode(text.substring(text.indexOf(':') + 1)), box));
  }

  /** The owner's own headers, none where there are none. */
  Map<String, String> headers(ClaimedDelivery delivery) {
    String sealed = delivery.headers();
    return sealed == null
        ? Map.of()
        : remember(headers, sealed, text -> Sealed.openHeaders(decode(text), box));
  }

  private static <T> T remember(Map<String, T> known, String key, Function<String, T> open) {
    T value = known.get(key);
    if (value == null) {
      value = open.apply(key);
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(key, value);
    }
    return value;
  }

  /** PostgreSQL breaks its base64 into lines. */
  private static byte[] decode(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }
}
