package io.changepost.persistence.delivery;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads single rows of fan-out's or the claim's answer. Pure and thread-safe. */
final class ClaimedRow {

  /**
   * Of a row of kind {@code change}.
   *
   * @param at when it was captured
   */
  record Captured(Change change, Instant at) {}

  /** Of a row of kind {@code webhook}; see {@link ClaimedDelivery} for what they are. */
  record Target(long organizationId, String url, @Nullable String headers, List<String> secrets) {}

  private ClaimedRow() {}

  static Captured captured(Map<String, ? extends @Nullable Object> row) {
    return new Captured(
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
            (String) row.get("traceparent")),
        instant(row, "change_at"));
  }

  static Target target(Map<String, ? extends @Nullable Object> row) {
    String secrets = (String) row.get("secrets");
    return new Target(
        number(row, "organization_id"),
        text(row, "url"),
        (String) row.get("headers"),
        secrets == null ? List.of() : newestFirst(secrets));
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

  static Instant instant(Map<String, ? extends @Nullable Object> row, String column) {
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
