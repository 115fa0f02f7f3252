package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the deliveries of one answer together: the row of kind {@code batch} names the change and
 * the webhook of each, which have a row of their own, so that what several share is sent and kept
 * once. Not thread-safe.
 */
final class ClaimedDeliveries {

  private static final Object[] NONE = {};

  private final Map<Long, ClaimedRow.Captured> changes = new HashMap<>();
  private final Map<Long, ClaimedRow.Target> webhooks = new HashMap<>();

  void change(Map<String, ? extends @Nullable Object> row) {
    ClaimedRow.Captured captured = ClaimedRow.captured(row);
    changes.put(captured.change().id(), captured);
  }

  void webhook(Map<String, ? extends @Nullable Object> row) {
    webhooks.put(ClaimedRow.number(row, "webhook_id"), ClaimedRow.target(row));
  }

  /**
   * Those that this row of kind {@code batch} leases, in its order. Fan-out's are first attempts,
   * so it gives no rounds and numbers; the claim's have rows of their own, so it gives no stars and
   * ranks. One whose change or webhook is not there is left out; its lease runs out.
   */
  List<ClaimedDelivery> leased(Map<String, ? extends @Nullable Object> batch) {
    Object[] changeIds = values(batch, "change_ids");
    if (changeIds.length == 0) {
      return List.of();
    }
    Object[] webhookIds = values(batch, "webhook_ids");
    Object[] salts = values(batch, "salts");
    Object[] rounds = values(batch, "rounds");
    Object[] numbers = values(batch, "numbers");
    Object[] stars = values(batch, "stars");
    Object[] ranks = values(batch, "contact_ranks");
    long token = ClaimedRow.number(batch, "token");
    long leaseMillis = ClaimedRow.number(batch, "lease_ms");
    Instant claimedAt = ClaimedRow.instant(batch, "claimed_at");
    List<ClaimedDelivery> deliveries = new ArrayList<>(changeIds.length);
    for (int i = 0; i < changeIds.length; i++) {
      Long webhookId = (Long) webhookIds[i];
      ClaimedRow.Captured captured = changes.get((Long) changeIds[i]);
      ClaimedRow.Target webhook = webhooks.get(webhookId);
      if (captured == null || webhook == null) {
        continue;
      }
      deliveries.add(
          new ClaimedDelivery(
              new MessageId(captured.change().id(), webhookId, (Long) salts[i]),
              webhook.organizationId(),
              rounds.length == 0 ? 1 : (Integer) rounds[i],
              numbers.length == 0 ? 1 : (Integer) numbers[i],
              token,
              claimedAt,
              leaseMillis,
              captured.at(),
              webhook.url(),
              webhook.headers(),
              webhook.secrets(),
              captured.change(),
              ranks.length == 0
                  ? null
                  : new ClaimedDelivery.Judged(
                      (String) stars[i], (Integer) ranks[i], changeIds.length)));
    }
    return List.copyOf(deliveries);
  }

  private static Object[] values(Map<String, ? extends @Nullable Object> batch, String column) {
    Object values = batch.get(column);
    return values == null ? NONE : (Object[]) values;
  }
}
