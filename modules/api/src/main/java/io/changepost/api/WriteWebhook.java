package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.domain.Action;
import io.changepost.persistence.webhook.Subscription;
import io.changepost.persistence.webhook.Webhook;

/** Writes a webhook; the values of its headers are masked. */
final class WriteWebhook {

  private static final String MASK = "********";

  private WriteWebhook() {}

  static ObjectNode json(Webhook webhook) {
    Webhook.Settings settings = webhook.settings();
    Webhook.State state = webhook.state();
    ObjectNode node =
        Json.object()
            .put("id", webhook.id())
            .put("url", settings.url())
            .put("description", settings.description());
    node.set("subscriptions", Json.array(settings.subscriptions(), WriteWebhook::subscription));
    ObjectNode headers = node.putObject("headers");
    settings.headers().keySet().forEach(name -> headers.put(name, MASK));
    return node.put("ordered", settings.ordered())
        .put("ed25519", settings.ed25519())
        .put("publicKey", state.publicKey())
        .put("status", state.active() ? "active" : "inactive")
        .put("inactiveReason", state.inactiveReason())
        .put("inactiveSince", Json.time(state.inactiveSince()))
        .put("paused", state.paused())
        .put("lastSuccessAt", Json.time(state.lastSuccessAt()))
        .put("failingSince", Json.time(state.failingSince()))
        .put("pending", state.pending())
        .put("createdAt", Json.time(webhook.createdAt()))
        .put("updatedAt", Json.time(webhook.updatedAt()));
  }

  private static JsonNode subscription(Subscription subscription) {
    ObjectNode node = Json.object().put("object", subscription.object().word());
    node.set(
        "actions",
        Json.array(subscription.actions(), (Action action) -> node.textNode(action.word())));
    return node;
  }
}
