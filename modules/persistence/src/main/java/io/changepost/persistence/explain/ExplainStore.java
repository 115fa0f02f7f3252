package io.changepost.persistence.explain;

import io.changepost.domain.MessageId;
import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import io.changepost.persistence.delivery.DeliveryRow;
import io.changepost.persistence.delivery.DeliveryState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The facts about one change and one webhook. Thread-safe; one statement, reads only. */
public final class ExplainStore {

  private static final String FACTS = SqlFile.read("explain/facts");

  private final JdbcClient jdbc;
  private final int contactsLimit;

  /**
   * Facts of that database.
   *
   * @param contactsLimit starred relations of an organization that count, as at fan-out
   */
  public ExplainStore(Database database, int contactsLimit) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.contactsLimit = contactsLimit;
  }

  /** The facts; empty where the organization has no such webhook. */
  public Optional<Facts> facts(long organizationId, long webhookId, long changeId) {
    return jdbc.sql(FACTS)
        .param("organizationId", organizationId)
        .param("webhookId", webhookId)
        .param("changeId", changeId)
        .param("contactsLimit", contactsLimit)
        .query((row, n) -> facts(row))
        .optional();
  }

  private static Facts facts(ResultSet row) throws SQLException {
    return new Facts(
        row.getBoolean("is_kept") ? change(row) : null,
        row.getObject("first_kept", Long.class),
        new Facts.Hook(
            row.getBoolean("is_before_webhook"),
            row.getBoolean("is_before_activation"),
            row.getBoolean("is_inactive_since") || row.getBoolean("was_inactive"),
            row.getString("inactive_reason"),
            row.getBoolean("is_subscribed")),
        new Facts.Contact(
            row.getBoolean("has_relation"),
            row.getBoolean("is_starred"),
            row.getString("star"),
            row.getBoolean("is_beyond_limit")),
        row.getBoolean("is_kept") && row.getString("state") != null ? sending(row) : null);
  }

  private static Facts.Change change(ResultSet row) throws SQLException {
    return new Facts.Change(
        time(row, "captured_at"),
        row.getString("object"),
        row.getString("action"),
        row.getString("object_id"),
        row.getObject("company_id", Long.class),
        row.getObject("owner", Long.class),
        row.getBoolean("in_outbox"));
  }

  private static Facts.Sending sending(ResultSet row) throws SQLException {
    DeliveryRow delivery =
        new DeliveryRow(
            new MessageId(row.getLong("change_id"), row.getLong("webhook_id"), row.getLong("salt")),
            row.getString("object"),
            row.getString("action"),
            row.getString("object_id"),
            DeliveryState.of(row.getString("state")).orElseThrow(),
            row.getString("reason"),
            row.getInt("round"),
            row.getInt("attempt_count"),
            timeOrNull(row, "next_attempt_at"),
            time(row, "change_at"),
            timeOrNull(row, "finished_at"),
            row.getString("star"));
    return new Facts.Sending(
        delivery,
        row.getObject("last_number", Integer.class),
        row.getObject("last_status", Integer.class),
        row.getString("last_error"));
  }

  private static Instant time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant timeOrNull(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
