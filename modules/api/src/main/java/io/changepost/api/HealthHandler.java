package io.changepost.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /health} of the public port, or {@code HEAD}: 200 {@code ok} or 503 {@code
 * unavailable}, no more.
 */
public final class HealthHandler implements Handler<RoutingContext> {

  private final BooleanSupplier healthy;

  /**
   * @param healthy asked on the event loop at every call, so it must answer at once
   */
  public HealthHandler(BooleanSupplier healthy) {
    this.healthy = healthy;
  }

  @Override
  public void handle(RoutingContext context) {
    if (!ReadOnly.allows(context)) {
      return;
    }
    boolean ok = healthy.getAsBoolean();
    context
        .response()
        .setStatusCode(ok ? 200 : 503)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .putHeader("Cache-Control", "no-store")
        .end(ok ? "ok" : "unavailable");
  }
}
