package io.changepost.routing;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * What crosses between an exchange and an endpoint. Inwards only {@code Retry-After}, so that no
 * answer can replace what we know. Outwards, of a post of a route's own, such as one to a chat, the
 * headers that the route set, but for those of Camel and of the framing; the post of an attempt
 * gets its headers in the client and loses all others there.
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
    String plain = name.toLowerCase(Locale.ROOT);
    return plain.startsWith("camel") || FRAMING.contains(plain);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !name.toLowerCase(Locale.ROOT).equals("retry-after");
  }
}
