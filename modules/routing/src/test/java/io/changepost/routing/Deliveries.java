package io.changepost.routing;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import java.time.Instant;
import java.util.List;

/** Leased deliveries of no database. */
final class Deliveries {

  private Deliveries() {}

  /** Of change 1, with four characters of JSON. */
  static ClaimedDelivery of(long webhookId) {
    return of(1, webhookId);
  }

  static ClaimedDelivery of(long changeId, long webhookId) {
    return of(changeId, webhookId, "{}");
  }

  /** An update to these rows, before and after. */
  static ClaimedDelivery of(long changeId, long webhookId, String row) {
    return new ClaimedDelivery(
        new MessageId(changeId, webhookId, 3),
        1,
        1,
        1,
        42,
        Instant.EPOCH,
        1_000,
        Instant.EPOCH,
        "https://receiver.example/hook",
        null,
        List.of(),
        new Change(changeId, "Company", "update", "1", Instant.EPOCH, row, row, true, false, null),
        null);
  }
}
