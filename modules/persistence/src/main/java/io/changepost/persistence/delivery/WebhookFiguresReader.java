package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Figures of one webhook, whosever it is. Thread-safe, reads only and not more than it counts. */
public final class WebhookFiguresReader {

  private final JdbcClient jdbc;

  /** A reader through {@code dataSource}. */
  public WebhookFiguresReader(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** How that webhook does now; empty where there is none, or it is deleted. */
  public Optional<WebhookFigures> read(long webhookId) {
    return jdbc.sql(SqlFile.read("deliveries/of-webhook"))
        .param("webhookId", webhookId)
        .query((row, number) -> figures(row))
        .optional();
  }

  private static WebhookFigures figures(ResultSet row) throws SQLException {
    double dueAge = row.getDouble("due_age");
    Duration due = row.wasNull() ? null : Duration.ofMillis(Math.round(dueAge * 1000));
    return new WebhookFigures(
        row.getLong("organization_id"),
        row.getString("url"),
        row.getString("status"),
        row.getString("inactive_reason"),
        time(row, "inactive_since"),
        row.getBoolean("paused"),
        row.getBoolean("ordered"),
        time(row, "last_success_at"),
        time(row, "failing_since"),
        row.getInt("waiting"),
        due,
        row.getInt("failed"));
  }

  private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
