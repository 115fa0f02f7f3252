package io.changepost.persistence.delivery;

import io.changepost.domain.Change;
import io.changepost.domain.MessageId;
import io.changepost.persistence.SqlFile;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Shows deliveries to the organization whose they are, waiting and ended alike. Thread-safe, reads
 * only; what it gives is of one moment for each call, not from call to call.
 */
public final class DeliveryReader {

  private static final DeliveryState[] STATES = DeliveryState.values();

  /** A hundred rounds; whoever resends without end gets no answer without end. */
  private static final int MOST_ATTEMPTS = 400;

  private final JdbcClient jdbc;

  /** A reader through {@code dataSource}, the API's pool. */
  public DeliveryReader(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Deliveries of one webhook, newest change first; empty where the organization has no such
   * webhook. The cost follows the limit, not how many there are.
   */
  public DeliveryPage page(long organizationId, long webhookId, DeliveryFilter filter) {
    List<DeliveryRow> rows =
        jdbc.sql(SqlFile.read("deliveries/list"))
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .param("pending", wants(filter, DeliveryState.PENDING))
            .param("delivered", wants(filter, DeliveryState.DELIVERED))
            .param("failed", wants(filter, DeliveryState.FAILED))
            .param("since", time(filter.since()))
            .param("until", time(filter.until()))
            .param("before", filter.before() == null ? Long.MAX_VALUE : filter.before())
            .param("limit", filter.limit() + 1)
            .query((row, number) -> delivery(row))
            .list();
    if (rows.size() <= filter.limit()) {
      return new DeliveryPage(rows, null);
    }
    List<DeliveryRow> items = List.copyOf(rows.subList(0, filter.limit()));
    return new DeliveryPage(items, items.get(items.size() - 1).id().changeId());
  }

  /**
   * One delivery with its attempts; empty where it is not the organization's, or past retention.
   */
  public Optional<DeliveryDetail> find(long organizationId, MessageId id) {
    return jdbc.sql(SqlFile.read("deliveries/find"))
        .param("organizationId", organizationId)
        .param("changeId", id.changeId())
        .param("webhookId", id.webhookId())
        .param("salt", id.salt())
        .query(
            (row, number) ->
                new DeliveryDetail(
                    delivery(row), change(row), attempts(id, row.getTimestamp("change_at"))))
        .optional();
  }

  /**
   * How many deliveries wait, by webhook; those without are left out.
   *
   * @param cap no webhook is counted further than this
   */
  public Map<Long, Integer> pending(List<Long> webhookIds, int cap) {
    Map<Long, Integer> pending = new HashMap<>();
    jdbc.sql(SqlFile.read("deliveries/count-pending"))
        .param("webhookIds", webhookIds.toArray(Long[]::new))
        .param("cap", cap)
        .query(
            row -> {
              pending.put(row.getLong("webhook_id"), row.getInt("pending"));
            });
    return pending;
  }

  private List<AttemptRow> attempts(MessageId id, Timestamp changeAt) {
    return jdbc.sql(SqlFile.read("deliveries/attempts"))
        .param("changeId", id.changeId())
        .param("webhookId", id.webhookId())
        .param("changeAt", changeAt.toInstant().atOffset(ZoneOffset.UTC))
        .param("most", MOST_ATTEMPTS)
        .query(
            (row, number) ->
                new AttemptRow(
                    row.getInt("round"),
                    row.getInt("number"),
                    row.getTimestamp("at").toInstant(),
                    Duration.ofMillis(row.getInt("duration_ms")),
                    (Integer) row.getObject("status"),
                    row.getString("error"),
                    row.getString("response_body")))
        .list();
  }

  private static DeliveryRow delivery(ResultSet row) throws SQLException {
    return new DeliveryRow(
        new MessageId(row.getLong("change_id"), row.getLong("webhook_id"), row.getLong("salt")),
        row.getString("object"),
        row.getString("action"),
        row.getString("object_id"),
        state(row.getString("state")),
        row.getString("reason"),
        row.getInt("round"),
        row.getInt("attempt_count"),
        instant(row, "next_attempt_at"),
        row.getTimestamp("change_at").toInstant(),
        instant(row, "finished_at"),
        row.getString("star"));
  }

  private static Change change(ResultSet row) throws SQLException {
    return new Change(
        row.getLong("change_id"),
        row.getString("object"),
        row.getString("action"),
        row.getString("object_id"),
        row.getTimestamp("occurred_at").toInstant(),
        row.getString("current"),
        row.getString("previous"),
        row.getBoolean("renamed"),
        row.getBoolean("truncated"),
        row.getString("traceparent"));
  }

  private static DeliveryState state(String word) {
    for (DeliveryState state : STATES) {
      if (state.word().equals(word)) {
        return state;
      }
    }
    throw new IllegalStateException("a delivery in no known state: " + word);
  }

  private static boolean wants(DeliveryFilter filter, DeliveryState state) {
    return filter.state() == null || filter.state() == state;
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp timestamp = row.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
