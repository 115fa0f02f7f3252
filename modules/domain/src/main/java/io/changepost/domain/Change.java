package io.changepost.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change as it was captured.
 *
 * @param id grows in the order of capture
 * @param object what it is about
 * @param action what happened
 * @param objectId the object's id as text
 * @param occurredAt when it was made
 * @param current the raw JSON text after the change, null on delete
 * @param previous the raw JSON text before it, null on create
 * @param renamed true where the top-level keys are column names that become camelCase in a message
 * @param truncated true where the row was too large and only its keys were kept
 * @param traceparent W3C trace context given with the change
 */
public record Change(
    long id,
    String object,
    String action,
    String objectId,
    Instant occurredAt,
    @Nullable String current,
    @Nullable String previous,
    boolean renamed,
    boolean truncated,
    @Nullable String traceparent) {

  /** Of the JSON of both sides, in characters. */
  public int length() {
    return (current == null ? 0 : current.length()) + (previous == null ? 0 : previous.length());
  }
}
