package io.changepost.routing;

import io.changepost.delivery.PreparedRequest;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.jspecify.annotations.Nullable;

/**
 * What crosses between an exchange and an endpoint. Inwards only {@code Retry-After}, so that no
 * answer can replace what we know. Outwards, of a post of a route's own, such as one to a chat, the
 * headers that the route set, but for those of Camel and of the framing, and for those of an
 * attempt it is made within: a signature or a customer's password is not for others. The post of
 * the attempt itself gets its headers in the client, and loses all others there.
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
    return plain.startsWith("camel")
        || FRAMING.contains(plain)
        || isOfTheAttempt(
            name, value, exchange.getProperty(Attempt.PREPARED, PreparedRequest.class));
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !name.toLowerCase(Locale.ROOT).equals("retry-after");
  }

  /** The route's own value under a name that the attempt uses too is the route's. */
  private static boolean isOfTheAttempt(
      String name, Object value, @Nullable PreparedRequest prepared) {
    return prepared != null
        && prepared.headers().entrySet().stream()
            .anyMatch(
                header ->
                    header.getKey().equalsIgnoreCase(name)
                        && header.getValue().equals(String.valueOf(value)));
  }
}
