package io.changepost.api;

import io.changepost.domain.SigningSecret;
import io.changepost.persistence.webhook.Webhook;
import io.changepost.persistence.webhook.WebhookStore;
import java.security.SecureRandom;
import java.util.Optional;

/** Webhooks: what their owners choose. */
final class WebhookHandlers {

  private final WebhookStore webhooks;
  private final ReadWebhook read;
  private final ApiSettings.Limits limits;
  private final Write write;
  private final SecureRandom random = new SecureRandom();

  WebhookHandlers(WebhookStore webhooks, ReadWebhook read, ApiSettings.Limits limits, Write write) {
    this.webhooks = webhooks;
    this.read = read;
    this.limits = limits;
    this.write = write;
  }

  void addTo(HandlerTable table) {
    table
        .add("listWebhooks", this::listWebhooks)
        .add("createWebhook", this::createWebhook)
        .add("getWebhook", this::getWebhook)
        .add("updateWebhook", this::updateWebhook);
  }

  private Response listWebhooks(Request request) {
    return Page.of(
        webhooks.page(request.organization(), Cursor.idAfter(request), request.limit() + 1),
        request.limit(),
        WriteWebhook::json,
        webhook -> Long.toString(webhook.id()));
  }

  private Response createWebhook(Request request) {
    // Judged before the transaction, because it may wait for the resolver.
    Webhook.Settings settings = read.create(request.body());
    return write.run(request, () -> created(request, settings));
  }

  private Response created(Request request, Webhook.Settings settings) {
    SigningSecret secret = SigningSecret.generate(random);
    WebhookStore.Creation creation =
        webhooks.create(
            request.organization(),
            settings,
            secret,
            new WebhookStore.Limits(limits.webhooks(), limits.contacts()));
    if (creation instanceof WebhookStore.Creation.TooManyContacts tooMany) {
      throw RelationHandlers.contactLimit(limits.contacts(), tooMany.count());
    }
    if (creation instanceof WebhookStore.Creation.TooManyWebhooks tooMany) {
      throw Problem.limit(
          "webhook-limit",
          "Too many webhooks",
          "An organization has at most "
              + limits.webhooks()
              + " webhooks (changepost.webhooks.limit); this one has "
              + tooMany.count()
              + ".",
          limits.webhooks(),
          tooMany.count());
    }
    Webhook webhook = ((WebhookStore.Creation.Created) creation).webhook();
    return Response.json(201, WriteWebhook.json(webhook).put("secret", secret.text()));
  }

  private Response getWebhook(Request request) {
    return answer(webhooks.find(request.organization(), request.id("id")));
  }

  private Response updateWebhook(Request request) {
    long id = request.id("id");
    if (webhooks.find(request.organization(), id).isEmpty()) {
      throw Problem.notFound();
    }
    read.judgeUrl(request.body());
    return write.run(
        request,
        () ->
            answer(
                webhooks.update(
                    request.organization(),
                    id,
                    before -> ReadWebhook.merge(before, request.body()))));
  }

  static Response answer(Optional<Webhook> webhook) {
    return webhook
        .map(found -> Response.ok(WriteWebhook.json(found)))
        .orElseThrow(Problem::notFound);
  }
}
