package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.delivery.CustomHeaders;
import io.changepost.delivery.Refusal;
import io.changepost.delivery.UrlRules;
import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.persistence.webhook.Subscription;
import io.changepost.persistence.webhook.Webhook;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a webhook's settings out of a body that the schema has accepted, and judges them. */
final class ReadWebhook {

  private final UrlRules urlRules;

  ReadWebhook(UrlRules urlRules) {
    this.urlRules = urlRules;
  }

  /** The settings of a new webhook. */
  Webhook.Settings create(JsonNode body) {
    judgeUrl(body);
    return new Webhook.Settings(
        body.get("url").textValue(),
        body.path("description").textValue(),
        subscriptions(body.get("subscriptions")),
        headers(Map.of(), body.path("headers")),
        body.path("ordered").asBoolean(false),
        body.path("ed25519").asBoolean(false));
  }

  /** Refuses a URL against the rules; may wait for the resolver, so no lock is held meanwhile. */
  void judgeUrl(JsonNode body) {
    if (body.has("url")) {
      urlRules
          .check(body.get("url").textValue())
          .ifPresent(refusal -> throwRefused(refusal, "url", "The URL is refused"));
    }
  }

  /** What the named fields make of the settings; those not named stay. */
  static Webhook.Settings merge(Webhook.Settings before, JsonNode body) {
    return new Webhook.Settings(
        body.has("url") ? body.get("url").textValue() : before.url(),
        body.has("description") ? body.get("description").textValue() : before.description(),
        body.has("subscriptions")
            ? subscriptions(body.get("subscriptions"))
            : before.subscriptions(),
        body.has("headers") ? headers(before.headers(), body.get("headers")) : before.headers(),
        body.has("ordered") ? body.get("ordered").booleanValue() : before.ordered(),
        body.has("ed25519") ? body.get("ed25519").booleanValue() : before.ed25519());
  }

  /** Subscriptions that the schema has accepted; each object once. */
  static List<Subscription> subscriptions(JsonNode list) {
    Map<ChangeObject, Set<Action>> byObject = new EnumMap<>(ChangeObject.class);
    for (int i = 0; i < list.size(); i++) {
      JsonNode one = list.get(i);
      ChangeObject object = ChangeObject.of(one.get("object").textValue()).orElseThrow();
      Set<Action> actions = EnumSet.noneOf(Action.class);
      one.get("actions").forEach(word -> actions.add(Action.of(word.textValue()).orElseThrow()));
      if (byObject.put(object, actions) != null) {
        throw Problem.refused(
            "subscriptions[" + i + "].object", object.word() + " is there twice; name it once");
      }
    }
    List<Subscription> subscriptions = new ArrayList<>();
    byObject.forEach((object, actions) -> subscriptions.add(new Subscription(object, actions)));
    return List.copyOf(subscriptions);
  }

  /** Names are the same whatever the case of their letters, as in HTTP. */
  private static Map<String, String> headers(Map<String, String> before, JsonNode given) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (given.isObject()) {
      headers.putAll(before);
      for (Map.Entry<String, JsonNode> header : given.properties()) {
        headers
            .keySet()
            .removeIf(name -> before.containsKey(name) && name.equalsIgnoreCase(header.getKey()));
        if (!header.getValue().isNull()) {
          headers.put(header.getKey(), header.getValue().textValue());
        }
      }
    }
    CustomHeaders.check(headers)
        .ifPresent(refusal -> throwRefused(refusal, "headers", "The headers are refused"));
    return headers;
  }

  private static void throwRefused(Refusal refusal, String field, String title) {
    throw Problem.refused(refusal.code().replace('_', '-'), title, field, refusal.message());
  }
}
