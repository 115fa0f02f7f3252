package io.changepost.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.persistence.change.PublishStore;
import io.changepost.persistence.change.PublishedChange;
import java.util.List;

/** Publishing changes. */
final class ChangeHandlers {

  private final PublishStore store;
  private final Write write;
  private final Runnable wakeSender;

  ChangeHandlers(PublishStore store, Write write, Runnable wakeSender) {
    this.store = store;
    this.write = write;
    this.wakeSender = wakeSender;
  }

  void addTo(HandlerTable table) {
    table.add("publishChanges", this::publishChanges);
  }

  private Response publishChanges(Request request) {
    List<PublishedChange> changes = ReadChanges.of(request.body());
    Response response =
        request.textOrNull(Write.KEY) == null
            ? published(changes)
            : write.run(request, () -> published(changes));
    wakeSender.run();
    return response;
  }

  private Response published(List<PublishedChange> changes) {
    PublishStore.Result result = store.publish(changes);
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
