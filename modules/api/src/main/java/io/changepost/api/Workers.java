package io.changepost.api;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for work that blocks, with a bound on what may wait for one. */
final class Workers {

  private final Vertx vertx;
  private final WorkerExecutor executor;
  private final int most;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * @param most how many may run or wait; who comes on top is told to try again
   */
  Workers(Vertx vertx, String name, int threads, int most) {
    this.vertx = vertx;
    this.executor = vertx.createSharedWorkerExecutor(name, threads, 1, TimeUnit.MINUTES);
    this.most = most;
  }

  <T> Future<T> run(Callable<T> work) {
    return runLater(() -> CompletableFuture.completedFuture(work.call()));
  }

  /** The same of work whose result comes later, and counts until then. */
  <T> Future<T> runLater(Callable<CompletionStage<T>> work) {
    if (taken.incrementAndGet() > most) {
      taken.decrementAndGet();
      return Future.failedFuture(Problem.unavailable("Too many requests at once.", 1));
    }
    Context context = vertx.getOrCreateContext();
    return executor
        .executeBlocking(work, false)
        .compose(result -> Future.fromCompletionStage(result, context))
        .recover(failure -> Future.failedFuture(cause(failure)))
        .onComplete(done -> taken.decrementAndGet());
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
