package io.changepost.persistence.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A webhook as its owner sees it. */
public record Webhook(
    long id, Settings settings, State state, Instant createdAt, Instant updatedAt) {

  /**
   * What its owner chose.
   *
   * @param headers the owner's own, opened; never to be shown or logged
   * @param ordered true where the messages about one object go one after the other
   * @param ed25519 true where messages carry an asymmetric signature besides
   */
  public record Settings(
      String url,
      @Nullable String description,
      List<Subscription> subscriptions,
      Map<String, String> headers,
      boolean ordered,
      boolean ed25519) {

    @Override
    public String toString() {
      return "Settings" + subscriptions;
    }
  }

  /**
   * How it stands.
   *
   * @param pending how many deliveries wait
   * @param publicKey {@code whpk_…}, which verifies the asymmetric signature; null without one
   */
  public record State(
      boolean active,
      @Nullable String inactiveReason,
      @Nullable Instant inactiveSince,
      boolean paused,
      @Nullable Instant lastSuccessAt,
      @Nullable Instant failingSince,
      long pending,
      @Nullable String publicKey) {}
}
