package io.changepost.persistence.change;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.persistence.access.KeyText;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A change to be published, already judged.
 *
 * @param subject what it is about
 * @param sides the raw JSON before and after
 * @param facts what fan-out reads of a relation
 * @param occurredAt when it was made; null for now
 * @param traceparent W3C trace context
 * @param idempotencyKey names it for 24 hours; null where it may be published again
 */
public record PublishedChange(
    Subject subject,
    Sides sides,
    Facts facts,
    @Nullable Instant occurredAt,
    @Nullable String traceparent,
    @Nullable String idempotencyKey) {

  /** What the change is about and whose it is. */
  public record Subject(
      ChangeObject object,
      Action action,
      String objectId,
      long companyId,
      @Nullable Long organizationId) {}

  /** The raw JSON texts and their size in UTF-8 together. */
  public record Sides(@Nullable String current, @Nullable String previous, int bytes) {}

  /** A relation's star after and before, and since when; null where unknown or no relation. */
  public record Facts(
      @Nullable String star, @Nullable String previousStar, @Nullable Instant starredAt) {

    /** Of a change that is about no relation. */
    public static final Facts NONE = new Facts(null, null, null);
  }

  /**
   * What two publications under one idempotency key must have in common. The trace context is left
   * out: a repetition belongs to another trace.
   */
  byte[] fingerprint() {
    return KeyText.hash(
        Arrays.asList(
                    subject.object().word(),
                    subject.action().word(),
                    subject.companyId(),
                    subject.organizationId(),
                    occurredAt,
                    subject.objectId().length(),
                    subject.objectId())
                .toString()
            + part(sides.current())
            + part(sides.previous()));
  }

  private static String part(@Nullable String text) {
    return text == null ? "-" : text.length() + ":" + text;
  }
}
