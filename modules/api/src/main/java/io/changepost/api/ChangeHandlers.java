package io.changepost.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.change.PublishStore;
import io.changepost.persistence.change.PublishTogether;
import io.changepost.persistence.change.PublishedChange;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Publishing changes. */
final class ChangeHandlers {

  private final PublishStore store;
  private final PublishTogether together;
  private final Write write;
  private final Runnable changesCame;

  /**
   * @param changesCame called after changes were published
   */
  ChangeHandlers(PublishStore store, Write write, Runnable changesCame) {
    this.store = store;
    this.together = new PublishTogether(store, committer());
    this.write = write;
    this.changesCame = changesCame;
  }

  /** One thread, which is there while something is published. */
  private static Executor committer() {
    return new ThreadPoolExecutor(
        0,
        1,
        1,
        TimeUnit.MINUTES,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "changepost-publish");
          thread.setDaemon(true);
          return thread;
        });
  }

  void addTo(HandlerTable table) {
    table.addLater("publishChanges", this::publishChanges);
  }

  private CompletionStage<Response> publishChanges(Request request) {
    List<PublishedChange> changes = ReadChanges.of(request.body());
    if (request.textOrNull(Write.KEY) == null) {
      return together.publish(changes).thenApply(this::told);
    }
    // Its answer is kept in the same transaction, so it goes alone.
    Response response = write.run(request, () -> answer(store.publish(changes)));
    changesCame.run();
    return CompletableFuture.completedFuture(response);
  }

  private Response told(PublishStore.Result result) {
    Response response = answer(result);
    changesCame.run();
    return response;
  }

  private static Response answer(PublishStore.Result result) {
    if (result instanceof PublishStore.Result.Published published) {
      ObjectNode body = Json.object().put("accepted", published.changeIds().size());
      body.set(
          "changeIds", Json.array(published.changeIds(), id -> body.numberNode(id.longValue())));
      return Response.json(202, body);
    }
    int index = ((PublishStore.Result.KeyTaken) result).index();
    throw Problem.conflict(
        "idempotency-key",
        "The idempotencyKey stood for something else",
        "The idempotencyKey of change "
            + index
            + " was used for another change in the last 24 hours; nothing was published.");
  }
}
