package io.changepost.routing;

import io.changepost.delivery.PreparedRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpActivityListener;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds, from within the client, the request that was prepared for the exchange it works for.
 * camel-http puts the exchange into the client's context where somebody listens to what it does;
 * this listens, and takes no note of it.
 */
final class PreparedInContext implements HttpActivityListener {

  private static final String EXCHANGE = "org.apache.camel.Exchange";

  /** What was prepared; null where the exchange is not on its way through an attempt. */
  static @Nullable PreparedRequest find(HttpContext context) {
    return context.getAttribute(EXCHANGE) instanceof Exchange exchange
        ? exchange.getProperty(Attempt.PREPARED, PreparedRequest.class)
        : null;
  }

  @Override
  public void onRequestSubmitted(
      Object source, Exchange exchange, HttpHost host, HttpRequest request, HttpEntity entity) {}

  @Override
  public void onResponseReceived(
      Object source,
      Exchange exchange,
      HttpHost host,
      HttpResponse response,
      HttpEntity entity,
      long elapsed) {}
}
