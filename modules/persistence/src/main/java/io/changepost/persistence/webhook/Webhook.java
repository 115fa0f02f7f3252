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
   */
  public record Settings(
      String url,
      @Nullable String description,
      List<Subscription> subscriptions,
      Map<String, String> headers,
      boolean ordered) {

    @Override
    public String toString() {
      return "Settings" + subscriptions;
    }
  }

  /**
   * How it stands.
   *
   * @param pending how many deliveries wait
   */
  public record State(
      boolean active,
      @Nullable String inactiveReason,
      @Nullable Instant inactiveSince,
      boolean paused,
      @Nullable Instant lastSuccessAt,
      @Nullable Instant failingSince,
      long pending) {}
}
