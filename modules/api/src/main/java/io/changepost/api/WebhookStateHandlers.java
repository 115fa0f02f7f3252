package io.changepost.api;

import io.changepost.persistence.webhook.SecretStore;
import io.changepost.persistence.webhook.Webhook;
import io.changepost.persistence.webhook.WebhookStore;

/** What a webhook goes through: active or not, paused, tested, deleted. */
final class WebhookStateHandlers {

  private final WebhookStore webhooks;
  private final SecretStore secrets;
  private final SendTest sendTest;
  private final Runnable wakeSender;

  WebhookStateHandlers(ApiStores.Webhooks stores, ApiSettings settings) {
    this.webhooks = stores.settings();
    this.secrets = stores.secrets();
    this.sendTest = new SendTest(settings.sending());
    this.wakeSender = settings.wakeSender();
  }

  void addTo(HandlerTable table) {
    table
        .add("pauseWebhook", request -> pause(request, true))
        .add("resumeWebhook", request -> pause(request, false))
        .add("testWebhook", this::test);
  }

  private Response pause(Request request, boolean paused) {
    Response answer =
        WebhookHandlers.answer(
            webhooks.setPaused(request.organization(), request.id("id"), paused));
    if (!paused) {
      wakeSender.run();
    }
    return answer;
  }

  private Response test(Request request) {
    long organization = request.organization();
    long id = request.id("id");
    Webhook webhook = webhooks.find(organization, id).orElseThrow(Problem::notFound);
    SecretStore.Signing signing = secrets.signing(organization, id).orElseThrow(Problem::notFound);
    return Response.ok(sendTest.send(organization, webhook, signing));
  }
}
