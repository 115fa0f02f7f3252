package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How a webhook did over time, for a plot. Thread-safe; one statement, reads only. */
public final class ActivityReader {

  /**
   * One span of time, all of one length.
   *
   * @param at when it begins
   * @param delivered deliveries that ended well
   * @param failed deliveries that ended as failed
   * @param attempts all attempts, failed ones among them
   * @param p50Millis how long half of them took at most; null without attempts
   * @param p95Millis how long 95 % of them took at most; null without attempts
   */
  public record Bucket(
      Instant at,
      int delivered,
      int failed,
      int attempts,
      int failedAttempts,
      @Nullable Integer p50Millis,
      @Nullable Integer p95Millis) {}

  /** Of a busier webhook the newest are shown. */
  private static final int MOST = 100_000;

  private static final String ACTIVITY = SqlFile.read("deliveries/activity");

  private final JdbcClient jdbc;

  /** A reader through {@code dataSource}, the API's pool. */
  public ActivityReader(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * The buckets of the last hours, oldest first, empty ones too; none where the organization has no
   * such webhook.
   *
   * @param minutes how long each is
   */
  public List<Bucket> buckets(long organizationId, long webhookId, int hours, int minutes) {
    return jdbc.sql(ACTIVITY)
        .param("organizationId", organizationId)
        .param("webhookId", webhookId)
        .param("hours", hours)
        .param("minutes", minutes)
        .param("most", MOST)
        .query(
            (row, n) ->
                new Bucket(
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getInt("delivered"),
                    row.getInt("failed"),
                    row.getInt("attempts"),
                    row.getInt("failed_attempts"),
                    row.getObject("p50", Integer.class),
                    row.getObject("p95", Integer.class)))
        .list();
  }
}
