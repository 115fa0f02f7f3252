package io.changepost.routing;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code redact}: takes a value out of a message before it is signed. The same message is
 * redacted in the same way on every attempt, as long as the route stays the same.
 */
public final class Redact {

  Redact() {}

  /**
   * A leased delivery → the same, with null in place of that field, on both sides, where the change
   * is about that object. A field by its name in messages or in the table. It is no longer among
   * the changed ones either.
   */
  public Leased field(Leased leased, String object, String field) {
    ClaimedDelivery delivery = leased.delivery();
    Change change = delivery.change();
    if (!change.object().equals(object)) {
      return leased;
    }
    Change redacted =
        new Change(
            change.id(),
            change.object(),
            change.action(),
            change.objectId(),
            change.occurredAt(),
            without(change.current(), field),
            without(change.previous(), field),
            change.renamed(),
            change.truncated(),
            change.traceparent());
    return leased.with(delivery.with(redacted));
  }

  private static @Nullable String without(@Nullable String row, String field) {
    return row == null ? null : RawJson.of(row).withNull(field);
  }
}
