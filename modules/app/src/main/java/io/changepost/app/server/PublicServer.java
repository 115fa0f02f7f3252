package io.changepost.app.server;

import io.changepost.api.HealthHandler;
import io.changepost.api.HttpApi;
import io.changepost.api.WebPage;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** The public port: the API, {@code /health}, and the organization's page at {@code /}. */
final class PublicServer {

  private final VertxPlatformHttpRouter router;
  private volatile boolean open;

  /** Refuses every call until it is opened: the port is there before the database is. */
  PublicServer(CamelContext context, int port) {
    router =
        VertxPlatformHttpRouter.lookup(
            context, VertxPlatformHttpRouter.getRouterNameFromPort(port));
    router.route().order(-1).handler(this::refuseUntilOpen);
  }

  private void refuseUntilOpen(RoutingContext call) {
    if (open) {
      call.next();
      return;
    }
    call.response()
        .setStatusCode(503)
        .putHeader("Retry-After", "1")
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end("starting");
  }

  void open(HttpApi api, BooleanSupplier healthy) {
    api.mount(router.vertx(), router);
    router.route("/health").handler(new HealthHandler(healthy));
    new WebPage().mount(router);
    open = true;
  }
}
