package io.changepost.routing;

import io.changepost.delivery.PreparedRequest;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * What crosses between an exchange and an endpoint. Of an attempt, outwards only the headers that
 * were prepared for it, inwards only {@code Retry-After}: so nothing of ours leaks, and no answer
 * can replace what we know. Of a post of a route's own, such as one to a chat, the headers that the
 * route set go out, but for those of Camel and of the framing.
 */
final class AttemptHeaders implements HeaderFilterStrategy {

  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "content-length",
          // It goes out with the body.
          "content-type",
          "expect",
          "host",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    PreparedRequest prepared = exchange.getProperty(Attempt.PREPARED, PreparedRequest.class);
    if (prepared != null) {
      return name.equalsIgnoreCase("Content-Type") || !prepared.headers().containsKey(name);
    }
    String plain = name.toLowerCase(Locale.ROOT);
    return plain.startsWith("camel") || FRAMING.contains(plain);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !name.toLowerCase(Locale.ROOT).equals("retry-after");
  }
}
