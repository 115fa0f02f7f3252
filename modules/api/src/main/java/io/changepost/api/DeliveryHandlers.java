package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.domain.MessageId;
import io.changepost.domain.RenderMessage;
import io.changepost.persistence.delivery.AttemptRow;
import io.changepost.persistence.delivery.DeliveryDetail;
import io.changepost.persistence.delivery.DeliveryFilter;
import io.changepost.persistence.delivery.DeliveryPage;
import io.changepost.persistence.delivery.DeliveryReader;
import io.changepost.persistence.delivery.DeliveryRow;
import io.changepost.persistence.delivery.DeliveryState;
import io.changepost.persistence.delivery.ReplayResult;
import io.changepost.persistence.delivery.ReplayStore;
import io.changepost.persistence.delivery.ResendResult;
import io.changepost.persistence.delivery.Which;
import io.changepost.persistence.webhook.WebhookStore;
import java.time.Instant;
import java.util.Objects;

/** Deliveries: what was sent, how it went, and sending it again. */
final class DeliveryHandlers {

  /** They may take minutes, and there are few threads for them. */
  private final UnderWay replaying =
      new UnderWay(
          2, "Two replays of this organization are under way; try again after one of them.");

  private final WebhookStore webhooks;
  private final DeliveryReader reader;
  private final ReplayStore replays;
  private final Runnable wakeSender;

  DeliveryHandlers(
      DeliveryReader reader, ReplayStore replays, WebhookStore webhooks, Runnable wakeSender) {
    this.webhooks = webhooks;
    this.reader = reader;
    this.replays = replays;
    this.wakeSender = wakeSender;
  }

  void addTo(HandlerTable table) {
    table
        .add("listDeliveries", this::list)
        .add("getDelivery", this::get)
        .add("resendDelivery", this::resend)
        .add("replayWebhook", this::replay);
  }

  private Response list(Request request) {
    String state = request.textOrNull("state");
    DeliveryFilter filter =
        new DeliveryFilter(
            state == null ? null : DeliveryState.of(state).orElseThrow(),
            request.timeOrNull("since"),
            request.timeOrNull("until"),
            Cursor.read(request, Long::valueOf),
            request.limit());
    long webhook = request.id("id");
    DeliveryPage page = reader.page(request.organization(), webhook, filter);
    if (page.items().isEmpty() && webhooks.find(request.organization(), webhook).isEmpty()) {
      throw Problem.notFound();
    }
    ObjectNode body = Json.object();
    body.set("items", Json.array(page.items(), DeliveryHandlers::json));
    Long next = page.next();
    return Response.ok(
        body.put("nextCursor", next == null ? null : Cursor.of(Long.toString(next))));
  }

  private Response get(Request request) {
    DeliveryDetail detail =
        reader.find(request.organization(), request.message()).orElseThrow(Problem::notFound);
    MessageId id = detail.row().id();
    ObjectNode body =
        json(detail.row())
            .put("webhookId", id.webhookId())
            .put("message", RenderMessage.text(id, detail.change()));
    body.set("attempts", Json.array(detail.attempts(), DeliveryHandlers::json));
    return Response.ok(body);
  }

  private Response resend(Request request) {
    MessageId id = request.message();
    ResendResult result = replays.resend(request.organization(), id);
    return switch (result) {
      case NOT_FOUND -> throw Problem.notFound();
      case WEBHOOK_INACTIVE -> throw inactive(0);
      case ACCEPTED -> {
        wakeSender.run();
        yield Response.json(202, Json.object().put("id", id.text()).put("state", "pending"));
      }
    };
  }

  private Response replay(Request request) {
    Instant since = request.timeField("since");
    Instant until = request.timeField("until");
    if (since != null && until != null && !until.isAfter(since)) {
      throw Problem.refused("until", "must be later than since");
    }
    ReplayResult result =
        replaying.run(
            request.organization(),
            () ->
                replays.replay(
                    request.organization(),
                    request.id("id"),
                    Objects.requireNonNull(since),
                    until,
                    Which.of(request.requiredField("which")).orElseThrow()));
    if (result instanceof ReplayResult.Replayed replayed) {
      wakeSender.run();
      return Response.json(202, Json.object().put("messages", replayed.messages()));
    }
    if (result instanceof ReplayResult.WebhookInactive stopped) {
      throw inactive(stopped.messages());
    }
    throw Problem.notFound();
  }

  private static Problem inactive(int messages) {
    return Problem.conflict(
        "webhook-inactive",
        "The webhook is inactive",
        messages == 0
            ? "Activate the webhook first."
            : "It became inactive after " + messages + " messages; activate it first.");
  }

  static ObjectNode json(DeliveryRow row) {
    return Json.object()
        .put("id", row.id().text())
        .put("changeId", row.id().changeId())
        .put("object", row.object())
        .put("action", row.action())
        .put("objectId", row.objectId())
        .put("state", row.state().word())
        .put("reason", row.reason())
        .put("round", row.round())
        .put("attemptCount", row.attemptCount())
        .put("nextAttemptAt", Json.time(row.nextAttemptAt()))
        .put("createdAt", Json.time(row.createdAt()))
        .put(
            "deliveredAt",
            row.state() == DeliveryState.DELIVERED ? Json.time(row.finishedAt()) : null);
  }

  private static JsonNode json(AttemptRow attempt) {
    return Json.object()
        .put("round", attempt.round())
        .put("number", attempt.number())
        .put("at", Json.time(attempt.at()))
        .put("durationMs", attempt.duration().toMillis())
        .put("status", attempt.status())
        .put("error", attempt.error())
        .put("responseBody", attempt.responseBody());
  }
}
