package io.changepost.persistence.platform;

import io.changepost.persistence.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How many there are of what. Thread-safe; one statement, exact, so it reads whole tables. */
public final class StatsStore {

  /** The figures of the whole installation, and whether all delivery is paused. */
  public record Stats(
      long organizations,
      long companies,
      long contacts,
      Webhooks webhooks,
      Waiting outbox,
      Waiting pending,
      boolean paused) {}

  /** Webhooks by state; paused ones are among the active. */
  public record Webhooks(long active, long inactive, long paused) {}

  /** How many wait, and since when the oldest; null where none does. */
  public record Waiting(long count, @Nullable Instant oldestAt) {}

  private final JdbcClient jdbc;

  /** Figures of that database. */
  public StatsStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /** The figures of now. */
  public Stats read() {
    return jdbc.sql(
            """
            select (select count(*) from changepost.organization) as organizations,
                   (select count(*) from changepost.company) as companies,
                   (select count(*) from changepost.company_relation where star <> 'none') as contacts,
                   w.active, w.inactive, w.paused, o.waiting as outbox, o.oldest as outbox_oldest,
                   d.waiting as pending, d.oldest as pending_oldest,
                   exists (select 1 from changepost.setting s
                           where s.name = 'delivery.paused' and s.value = 'true') as delivery_paused
            from (select count(*) filter (where status = 'active') as active,
                         count(*) filter (where status = 'inactive') as inactive,
                         count(*) filter (where status = 'active' and paused) as paused
                  from changepost.webhook where deleted_at is null) w,
                 (select count(*) as waiting, min(captured_at) as oldest from changepost.outbox) o,
                 (select sum(n) as waiting, min(at) as oldest
                  from (select count(*) as n, min(change_at) as at from changepost.delivery
                        union all
                        select count(*), min(change_at) from changepost.leased) x) d
            """)
        .query((row, n) -> stats(row))
        .single();
  }

  private static Stats stats(ResultSet row) throws SQLException {
    return new Stats(
        row.getLong("organizations"),
        row.getLong("companies"),
        row.getLong("contacts"),
        new Webhooks(row.getLong("active"), row.getLong("inactive"), row.getLong("paused")),
        waiting(row, "outbox"),
        waiting(row, "pending"),
        row.getBoolean("delivery_paused"));
  }

  private static Waiting waiting(ResultSet row, String column) throws SQLException {
    OffsetDateTime oldest = row.getObject(column + "_oldest", OffsetDateTime.class);
    return new Waiting(row.getLong(column), oldest == null ? null : oldest.toInstant());
  }
}
