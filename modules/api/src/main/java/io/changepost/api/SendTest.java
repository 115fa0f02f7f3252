package io.changepost.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.changepost.delivery.PreparedRequest;
import io.changepost.delivery.RefusedUrlException;
import io.changepost.domain.Answer;
import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.TestMessage;
import io.changepost.persistence.webhook.SecretStore;
import io.changepost.persistence.webhook.Webhook;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** Sends one test message at once, outside the log; it has no effect on anything kept. */
final class SendTest {

  private final ApiSettings.Sending sending;
  private final SecureRandom random = new SecureRandom();

  SendTest(ApiSettings.Sending sending) {
    this.sending = sending;
  }

  /** What the endpoint answered; may take as long as an attempt may. */
  ObjectNode send(long organizationId, Webhook webhook, SecretStore.Signing signing) {
    PreparedRequest request;
    try {
      request =
          sending
              .prepare()
              .prepare(
                  claimed(organizationId, webhook, signing.now()),
                  signing.secrets(),
                  webhook.settings().headers(),
                  signing.now());
    } catch (RefusedUrlException refused) {
      throw Problem.refused(
          "refused-url", "The URL is refused", "url", "Today's rules refuse the webhook's URL.");
    }
    Answer answer = sending.postOnce().post(request);
    ObjectNode node = Json.object();
    node.put("status", answer.status());
    return node.put("durationMs", answer.duration().toMillis())
        .put("body", answer.body())
        .put("error", answer.error());
  }

  private ClaimedDelivery claimed(long organizationId, Webhook webhook, Instant now) {
    Change change = TestMessage.change(webhook.id(), now);
    return new ClaimedDelivery(
        TestMessage.id(webhook.id(), random.nextLong()),
        organizationId,
        1,
        1,
        0,
        now,
        0,
        now,
        webhook.settings().url(),
        null,
        List.of(),
        change,
        null);
  }
}
