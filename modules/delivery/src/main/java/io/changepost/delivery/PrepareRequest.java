package io.changepost.delivery;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.RenderMessage;
import io.changepost.domain.SigningSecret;
import io.changepost.domain.StandardSignature;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Renders and signs the request of one attempt. Thread-safe. */
public final class PrepareRequest {

  private final DeliverySettings settings;
  private final Remembered<URI, RefusedException> urls;

  /** Uses the settings' user agent and rules for URLs. */
  public PrepareRequest(DeliverySettings settings) {
    this.settings = settings;
    this.urls = new Remembered<>(url -> TargetUrl.parse(url, settings.httpsOnly()).uri());
  }

  /**
   * The request for {@code delivery}.
   *
   * @param secrets opened, newest first; the signatures come in their order
   * @param custom the customer's own headers, opened; one that names a header of ours is left out
   * @param timestamp of this attempt
   * @throws RefusedUrlException where the stored URL is against today's rules
   */
  public PreparedRequest prepare(
      ClaimedDelivery delivery,
      List<SigningSecret> secrets,
      Map<String, String> custom,
      Instant timestamp) {
    byte[] body = RenderMessage.bytes(delivery);
    String id = delivery.id().text();
    long seconds = timestamp.getEpochSecond();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", settings.userAgent());
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(seconds));
    headers.put("webhook-signature", StandardSignature.sign(secrets, id, seconds, body));
    headers.put("webhook-attempt", Integer.toString(delivery.number()));
    String traceparent = delivery.change().traceparent();
    if (traceparent != null && isTraceparent(traceparent)) {
      headers.put("traceparent", traceparent);
    }
    custom.forEach(
        (name, value) -> {
          if (CustomHeaders.isFree(name)) {
            headers.put(name, value);
          }
        });
    return new PreparedRequest(uri(delivery.url()), headers, body);
  }

  private URI uri(String url) {
    try {
      return urls.of(url);
    } catch (RefusedException refused) {
      throw new RefusedUrlException(refused.refusal());
    }
  }

  /** Only what cannot break a header; what it means is the receiver's business. */
  private static boolean isTraceparent(String text) {
    return text.length() >= 55
        && text.length() <= 256
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-');
  }
}
