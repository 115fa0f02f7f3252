package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Counts for metrics. Thread-safe, reads only; its cost is bounded by the number of webhooks and a
 * fixed number of rows, however many wait.
 */
public final class QueueReader {

  private final JdbcClient jdbc;

  /** A reader through {@code dataSource}. */
  public QueueReader(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** How much waits now. */
  public QueueStats read() {
    return jdbc.sql(SqlFile.read("deliveries/queue"))
        .query(
            (row, number) ->
                new QueueStats(
                    row.getLong("outbox"),
                    seconds(row, "outbox_age"),
                    row.getLong("waiting"),
                    seconds(row, "due_age"),
                    row.getInt("active_webhooks"),
                    row.getInt("inactive_webhooks"),
                    row.getInt("failing_webhooks"),
                    row.getBoolean("paused")))
        .single();
  }

  private static @Nullable Duration seconds(ResultSet row, String column) throws SQLException {
    double seconds = row.getDouble(column);
    return row.wasNull() ? null : Duration.ofMillis(Math.round(seconds * 1000));
  }
}
