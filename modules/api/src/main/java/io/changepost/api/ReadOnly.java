package io.changepost.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;

/** What can only be read: GET, and HEAD, which load balancers and monitors like to send. */
final class ReadOnly {

  private ReadOnly() {}

  /** False where the call is of another method; it is answered then. */
  static boolean allows(RoutingContext call) {
    HttpMethod method = call.request().method();
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      return true;
    }
    call.response().setStatusCode(405).putHeader("Allow", "GET, HEAD").end();
    return false;
  }
}
