package io.changepost.persistence.delivery;

/** What a replay came to. */
public sealed interface ReplayResult {

  /** {@code messages} were made due, in a new round or for the first time. */
  record Replayed(int messages) implements ReplayResult {}

  /** The organization has no such webhook. */
  record NotFound() implements ReplayResult {}

  /** The webhook is inactive; {@code messages} were made due before it became so. */
  record WebhookInactive(int messages) implements ReplayResult {}
}
