package io.changepost.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Collects a request's body up to a limit and within a time. What is too large is read on for a
 * while and dropped, so that the client sees the answer and no reset connection.
 */
final class ReadBody {

  private static final long LONGEST_MILLIS = 30_000;
  private static final int MOST_DROPPED = 16;

  private final int limit;
  private final Buffer collected = Buffer.buffer();
  private final Promise<byte[]> done = Promise.promise();
  private long seen;

  private ReadBody(int limit) {
    this.limit = limit;
  }

  /** The bytes; fails with a {@link Problem}. */
  static Future<byte[]> of(RoutingContext context, int limit) {
    HttpServerRequest request = context.request();
    if (request.isEnded()) {
      // Somebody before us has read it.
      Buffer body = context.body().buffer();
      return body != null && body.length() > limit
          ? Future.failedFuture(tooLarge())
          : Future.succeededFuture(body == null ? new byte[0] : body.getBytes());
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    return new ReadBody(limit).read(context.vertx(), request);
  }

  private Future<byte[]> read(Vertx vertx, HttpServerRequest request) {
    long timer =
        vertx.setTimer(
            LONGEST_MILLIS,
            id -> {
              request.response().putHeader("Connection", "close");
              done.tryFail(Problem.of(408, "too-slow", "Too slow", "The body took too long."));
            });
    request.exceptionHandler(done::tryFail);
    request.handler(
        buffer -> {
          seen += buffer.length();
          if (seen <= limit) {
            collected.appendBuffer(buffer);
          } else if (seen > (long) limit * MOST_DROPPED && !done.future().isComplete()) {
            request.response().putHeader("Connection", "close");
            done.tryFail(tooLarge());
          }
        });
    request.endHandler(
        end -> {
          if (seen > limit) {
            done.tryFail(tooLarge());
          } else {
            done.tryComplete(collected.getBytes());
          }
        });
    return done.future().onComplete(end -> vertx.cancelTimer(timer));
  }

  private static Problem tooLarge() {
    return Problem.tooLarge("A body has at most 1 MiB.");
  }
}
