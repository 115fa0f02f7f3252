package io.changepost.api;

import io.changepost.domain.MessageId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Puts deliveries into the tables, as the sender would have left them. */
final class Seed {

  private final TestApi api;
  private final long webhookId;

  Seed(TestApi api, long webhookId) {
    this.api = api;
    this.webhookId = webhookId;
  }

  /** A change of {@code secondsAgo} that was never fanned out to the webhook. */
  long change(int secondsAgo, long companyId) {
    return number(
        """
        insert into changepost.change
          (id, captured_at, occurred_at, object, action, object_id, company_id, current, previous,
           bytes, renamed, truncated)
        values (nextval('changepost.change_id'), clock_timestamp() - ? * interval '1 second',
                timestamptz '2026-11-23 08:45:57.1+00', 'Company', 'update', '4711', ?,
                '{"company_name":1.00,"b":"\\u0000"}', '{"company_name":1.0,"b":"\\u0000"}', 60,
                true, false)
        returning id""",
        secondsAgo,
        companyId);
  }

  MessageId delivered(int secondsAgo) {
    return finished(secondsAgo, "delivered", null);
  }

  MessageId failed(int secondsAgo) {
    return finished(secondsAgo, "failed", "attempts exhausted");
  }

  private MessageId finished(int secondsAgo, String state, @Nullable String reason) {
    long change = change(secondsAgo, 1);
    number(
        """
        insert into changepost.delivery_log
          (change_id, webhook_id, change_at, salt, round, attempt_count, state, reason)
        select id, ?, captured_at, 7, 1, 2, ?, ? from changepost.change where id = ?
        returning change_id""",
        webhookId,
        state,
        reason,
        change);
    for (int number = 1; number <= 2; number++) {
      boolean good = number == 2 && reason == null;
      number(
          """
          insert into changepost.attempt
            (change_id, webhook_id, change_at, round, number, at, duration_ms, status, error,
             response_body)
          select id, ?, captured_at, 1, ?, captured_at, 12, ?, ?, 'body'
          from changepost.change where id = ? returning change_id""",
          webhookId,
          number,
          good ? 200 : 500,
          good ? null : "status 500",
          change);
    }
    return new MessageId(change, webhookId, 7);
  }

  MessageId pending(int secondsAgo) {
    long change = change(secondsAgo, 1);
    number(
        """
        insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, due_at)
        select id, ?, captured_at, 7, bytes, clock_timestamp() + interval '1 hour'
        from changepost.change where id = ? returning change_id""",
        webhookId,
        change);
    return new MessageId(change, webhookId, 7);
  }

  private long number(String sql, @Nullable Object... parameters) {
    try (Connection connection = api.database.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
