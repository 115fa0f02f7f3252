package io.changepost.api;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Collects a request's body up to a limit, within a time, and within what all bodies together may
 * hold. What is too large is read on for a while and dropped, so that the client sees the answer
 * and no reset connection. Used on one event loop; {@link #release()} from anywhere, once.
 */
final class ReadBody {

  private static final long LONGEST_MILLIS = 30_000;
  private static final int MOST_DROPPED = 16;
  private static final long MOST_HELD = 128L * 1024 * 1024;

  private final int limit;
  private final AtomicLong held;
  private final Buffer collected = Buffer.buffer();
  private final Promise<byte[]> done = Promise.promise();
  private long seen;
  private long ours;

  /**
   * @param held bytes that all bodies hold, shared between them
   */
  ReadBody(int limit, AtomicLong held) {
    this.limit = limit;
    this.held = held;
  }

  /** The bytes; fails with a {@link Problem}. */
  Future<byte[]> read(RoutingContext context) {
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
    return collect(context.vertx(), request);
  }

  /** Gives back what this body held. */
  void release() {
    held.addAndGet(-ours);
  }

  private Future<byte[]> collect(Vertx vertx, HttpServerRequest request) {
    long timer =
        vertx.setTimer(
            LONGEST_MILLIS,
            id -> {
              request.response().putHeader("Connection", "close");
              done.tryFail(Problem.of(408, "too-slow", "Too slow", "The body took too long."));
            });
    request.exceptionHandler(
        gone -> done.tryFail(Problem.of(400, "aborted", "Aborted", "The body did not end.")));
    request.handler(buffer -> take(request, buffer));
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

  private void take(HttpServerRequest request, Buffer buffer) {
    if (done.future().isComplete()) {
      return;
    }
    seen += buffer.length();
    if (seen > (long) limit * MOST_DROPPED) {
      request.response().putHeader("Connection", "close");
      done.tryFail(tooLarge());
    } else if (seen <= limit) {
      ours += buffer.length();
      if (held.addAndGet(buffer.length()) > MOST_HELD) {
        request.response().putHeader("Connection", "close");
        done.tryFail(Problem.unavailable("Too many requests at once.", 1));
      } else {
        collected.appendBuffer(buffer);
      }
    }
  }

  private static Problem tooLarge() {
    return Problem.tooLarge("A body has at most 1 MiB.");
  }
}
