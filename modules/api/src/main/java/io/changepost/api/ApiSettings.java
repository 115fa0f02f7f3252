package io.changepost.api;

import io.changepost.delivery.PostOnce;
import io.changepost.delivery.PrepareRequest;
import io.changepost.delivery.UrlRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the API is told.
 *
 * @param operatorKey from {@code changepost.operator.key}; null where the stored one counts (see
 *     {@code KeyStore.operatorKeyOrNew})
 * @param limits how much there may be
 * @param sending how endpoints are judged and tested
 * @param wake what tells the sender
 */
public record ApiSettings(@Nullable String operatorKey, Limits limits, Sending sending, Wake wake) {

  /**
   * How much there may be.
   *
   * @param contacts of an organization with a webhook, {@code changepost.contacts.limit}
   * @param webhooks of an organization, {@code changepost.webhooks.limit}
   * @param testsPerMinute test messages of an organization, {@code
   *     changepost.webhooks.tests-per-minute}
   * @param secretsOverlap how long an old secret signs too, {@code changepost.secrets.overlap}
   */
  public record Limits(int contacts, int webhooks, int testsPerMinute, Duration secretsOverlap) {

    /** 3,000 contacts, 1,000 webhooks, 60 test messages a minute, 24 hours. */
    public static final Limits DEFAULT = new Limits(3_000, 1_000, 60, Duration.ofHours(24));
  }

  /** How endpoints are judged and tested: the same rules and the same guard as for deliveries. */
  public record Sending(UrlRules urlRules, PrepareRequest prepare, PostOnce postOnce) {}

  /**
   * What tells the sender; quick, never throws.
   *
   * @param sender called after deliveries were made due, or may be delivered again
   * @param fanOut called after changes were published
   */
  public record Wake(Runnable sender, Runnable fanOut) {}

  /** Never shows the key. */
  @Override
  public String toString() {
    return "ApiSettings[" + limits + "]";
  }
}
