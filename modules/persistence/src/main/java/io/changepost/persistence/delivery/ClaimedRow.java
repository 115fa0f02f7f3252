package io.changepost.persistence.delivery;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one row of fan-out's or the claim's answer. Pure and thread-safe. */
public final class ClaimedRow {

  private ClaimedRow() {}

  /**
   * The leased delivery of a row of kind {@code delivery}.
   *
   * @param row columns by their names in lower case, as JDBC gave them
   */
  public static ClaimedDelivery read(Map<String, ? extends @Nullable Object> row) {
    Change change =
        new Change(
            number(row, "change_id"),
            text(row, "object"),
            text(row, "action"),
            text(row, "object_id"),
            instant(row, "occurred_at"),
            (String) row.get("current"),
            (String) row.get("previous"),
            is(row, "renamed"),
            is(row, "truncated"),
            (String) row.get("traceparent"));
    String secrets = (String) row.get("secrets");
    return new ClaimedDelivery(
        new MessageId(change.id(), number(row, "webhook_id"), number(row, "salt")),
        number(row, "organization_id"),
        (int) number(row, "round"),
        (int) number(row, "number"),
        number(row, "token"),
        instant(row, "claimed_at"),
        number(row, "lease_ms"),
        instant(row, "change_at"),
        text(row, "url"),
        (String) row.get("headers"),
        secrets == null ? List.of() : newestFirst(secrets),
        change,
        is(row, "in_lease")
            ? new ClaimedDelivery.Judged(
                (String) row.get("star"), (Integer) row.get("contact_rank"))
            : null);
  }

  /**
   * The database gives them as it finds them, each {@code rank:kind:base64}, since most webhooks
   * have one. A current one ranks before those of an overlap, a newer before an older.
   */
  private static List<String> newestFirst(String secrets) {
    if (secrets.indexOf(' ') < 0) {
      return List.of(secrets.substring(secrets.indexOf(':') + 1));
    }
    return Arrays.stream(secrets.split(" "))
        .sorted(Comparator.comparingLong(ClaimedRow::rank).reversed())
        .map(secret -> secret.substring(secret.indexOf(':') + 1))
        .toList();
  }

  private static long rank(String secret) {
    return Long.parseLong(secret, 0, secret.indexOf(':'), 10);
  }

  static long number(Map<String, ? extends @Nullable Object> row, String column) {
    return ((Number) present(row, column)).longValue();
  }

  static long numberOr0(Map<String, ? extends @Nullable Object> row, String column) {
    return row.get(column) instanceof Number number ? number.longValue() : 0;
  }

  private static String text(Map<String, ? extends @Nullable Object> row, String column) {
    return (String) present(row, column);
  }

  private static boolean is(Map<String, ? extends @Nullable Object> row, String column) {
    return (Boolean) present(row, column);
  }

  private static Instant instant(Map<String, ? extends @Nullable Object> row, String column) {
    Object value = present(row, column);
    return value instanceof OffsetDateTime time
        ? time.toInstant()
        : ((Timestamp) value).toInstant();
  }

  private static Object present(Map<String, ? extends @Nullable Object> row, String column) {
    Object value = row.get(column);
    if (value == null) {
      throw new IllegalStateException("a claimed row lacks " + column + ": " + row.keySet());
    }
    return value;
  }
}
