package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Who did what to webhooks, keys and relations. The database's triggers write it, whichever way the
 * change came (V006). Thread-safe; reads only.
 */
public final class AuditStore {

  /**
   * One entry.
   *
   * @param actor {@code operator}, a key, {@code changepost} itself, or {@code sql} and a role
   * @param action such as {@code webhook.update}
   * @param subject such as {@code webhook 7}
   * @param detail a JSON object; null where there is nothing to say
   */
  public record Entry(
      long id,
      Instant at,
      String actor,
      String action,
      @Nullable String subject,
      @Nullable String detail) {}

  /**
   * Which entries.
   *
   * @param subject those of it alone; null for all
   * @param before ids below
   */
  public record Filter(
      @Nullable Instant since, @Nullable Instant until, @Nullable String subject, long before) {}

  private static final String PAGE = SqlFile.read("audit/page");

  private final JdbcClient jdbc;

  /** The log in that database. */
  public AuditStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /** An organization's entries, newest first. */
  public List<Entry> page(long organizationId, Filter filter, int most) {
    return jdbc.sql(PAGE)
        .param("organization", organizationId)
        .param("before", filter.before())
        .param("subject", filter.subject())
        .param("since", time(filter.since()))
        .param("until", time(filter.until()))
        .param("most", most)
        .query(
            (row, n) ->
                new Entry(
                    row.getLong("id"),
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getString("actor"),
                    row.getString("action"),
                    row.getString("subject"),
                    row.getString("detail")))
        .list();
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }
}
