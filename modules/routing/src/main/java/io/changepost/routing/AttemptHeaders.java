package io.changepost.routing;

import io.changepost.delivery.PreparedRequest;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * What crosses between an exchange and an endpoint: outwards only the headers that were prepared
 * for this attempt, inwards only {@code Retry-After}. So nothing of ours leaks, and no answer can
 * replace what we know.
 */
final class AttemptHeaders implements HeaderFilterStrategy {

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    PreparedRequest prepared = exchange.getProperty(Attempt.PREPARED, PreparedRequest.class);
    // The content type goes out with the body.
    return prepared == null
        || name.equalsIgnoreCase("Content-Type")
        || !prepared.headers().containsKey(name);
  }

  @Override
  public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
    return !name.toLowerCase(Locale.ROOT).equals("retry-after");
  }
}
