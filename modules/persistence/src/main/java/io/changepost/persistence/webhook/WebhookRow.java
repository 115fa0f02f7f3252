package io.changepost.persistence.webhook;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.persistence.SecretBox;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a row of page-webhooks.sql. */
final class WebhookRow {

  private WebhookRow() {}

  static Webhook read(ResultSet row, SecretBox box) throws SQLException {
    byte[] asymmetric = row.getBytes("ed25519");
    return new Webhook(
        row.getLong("id"),
        new Webhook.Settings(
            row.getString("url"),
            row.getString("description"),
            subscriptions(row),
            Sealed.openHeaders(row.getBytes("headers"), box),
            row.getBoolean("ordered"),
            asymmetric != null),
        new Webhook.State(
            row.getString("status").equals("active"),
            row.getString("inactive_reason"),
            time(row, "inactive_since"),
            row.getBoolean("paused"),
            time(row, "last_success_at"),
            time(row, "failing_since"),
            row.getLong("pending"),
            asymmetric == null ? null : Sealed.openSecret(asymmetric, box).verifyingText()),
        Objects.requireNonNull(time(row, "created_at")),
        Objects.requireNonNull(time(row, "updated_at")));
  }

  private static List<Subscription> subscriptions(ResultSet row) throws SQLException {
    Map<ChangeObject, Set<Action>> actions = new EnumMap<>(ChangeObject.class);
    Array array = row.getArray("subscriptions");
    if (array != null) {
      for (String pair : (String[]) array.getArray()) {
        int dot = pair.indexOf('.');
        actions
            .computeIfAbsent(
                ChangeObject.of(pair.substring(0, dot)).orElseThrow(),
                object -> EnumSet.noneOf(Action.class))
            .add(Action.of(pair.substring(dot + 1)).orElseThrow());
      }
    }
    List<Subscription> subscriptions = new ArrayList<>();
    actions.forEach((object, some) -> subscriptions.add(new Subscription(object, some)));
    return List.copyOf(subscriptions);
  }

  static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
