package io.changepost.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sees to it that nothing is answered that follows a request whose end others may see elsewhere
 * ({@link Framing}). What came in the same packet is already read when the answer to the first is
 * sent, so closing the connection then is too late. For all paths, before every other handler.
 * Thread-safe.
 */
final class LastRequests implements Handler<RoutingContext> {

  private final Set<HttpConnection> had = ConcurrentHashMap.newKeySet();

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpConnection connection = request.connection();
    if (had.contains(connection)) {
      connection.close();
      return;
    }
    if (Framing.of(request) != Framing.PLAIN) {
      had.add(connection);
      connection.closeHandler(closed -> had.remove(connection));
    }
    context.next();
  }
}
