package io.changepost.api;

import io.changepost.persistence.delivery.StatusChange;
import io.changepost.persistence.delivery.WebhookStatusStore;
import io.changepost.persistence.webhook.SecretStore;
import io.changepost.persistence.webhook.Webhook;
import io.changepost.persistence.webhook.WebhookStore;
import java.util.Map;

/** What a webhook goes through: active or not, paused, tested, deleted. */
final class WebhookStateHandlers {

  /** The inactiveReason where its owner switched a webhook off. */
  private static final String BY_OWNER = "by administrator";

  private static final int MOST_ENDED_HERE = 5_000;

  private final WebhookStore webhooks;
  private final WebhookStatusStore status;
  private final SecretStore secrets;
  private final SendTest sendTest;
  private final Runnable wakeSender;
  private final Write write;
  private final PerMinute tests;

  WebhookStateHandlers(ApiStores.Webhooks stores, ApiSettings settings, Write write) {
    this.webhooks = stores.settings();
    this.status = stores.status();
    this.secrets = stores.secrets();
    this.sendTest = new SendTest(settings.sending());
    this.wakeSender = settings.wake().sender();
    this.write = write;
    this.tests = new PerMinute(settings.limits().testsPerMinute());
  }

  void addTo(HandlerTable table) {
    table
        .add("activateWebhook", this::activate)
        .add("deactivateWebhook", this::deactivate)
        .add("deleteWebhook", this::delete)
        .add("pauseWebhook", this::pause)
        .add("resumeWebhook", this::resume)
        .add("testWebhook", this::test);
  }

  private Response activate(Request request) {
    status.endWaitingBefore(request.organization(), request.id("id"));
    return write.run(
        request,
        () -> {
          status.activate(request.organization(), request.id("id"));
          return now(request);
        });
  }

  private Response deactivate(Request request) {
    StatusChange change =
        write.as(
            request, () -> status.deactivate(request.organization(), request.id("id"), BY_OWNER));
    if (change == StatusChange.CHANGED) {
      endWaiting();
    }
    return now(request);
  }

  private Response delete(Request request) {
    write.run(
        request,
        () -> {
          if (!webhooks.delete(request.organization(), request.id("id"))) {
            throw Problem.notFound();
          }
          return Response.noContent();
        });
    endWaiting();
    return Response.noContent();
  }

  /** So that it can be seen at once; upkeep ends what is more than that or in flight now. */
  private void endWaiting() {
    status.endWaiting(MOST_ENDED_HERE);
  }

  private Response pause(Request request) {
    write.as(request, () -> status.pause(request.organization(), request.id("id")));
    return now(request);
  }

  private Response resume(Request request) {
    StatusChange change =
        write.as(request, () -> status.resume(request.organization(), request.id("id")));
    if (change == StatusChange.CHANGED) {
      wakeSender.run();
    }
    return now(request);
  }

  private Response now(Request request) {
    return WebhookHandlers.answer(webhooks.find(request.organization(), request.id("id")));
  }

  private Response test(Request request) {
    long organization = request.organization();
    long id = request.id("id");
    Webhook webhook = webhooks.find(organization, id).orElseThrow(Problem::notFound);
    int seconds = tests.count(Long.toString(organization));
    if (seconds > 0) {
      throw Problem.withHeaders(
          429,
          "too-many-tests",
          "Too many test messages",
          "An organization sends so many test messages a minute at most"
              + " (changepost.webhooks.tests-per-minute).",
          Map.of("Retry-After", Integer.toString(seconds)));
    }
    SecretStore.Signing signing = secrets.signing(organization, id).orElseThrow(Problem::notFound);
    return Response.ok(sendTest.send(organization, webhook, signing));
  }
}
