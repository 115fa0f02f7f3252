package io.changepost.persistence.webhook;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Shows which encryption keys the stored secrets need, so that a node with another key is refused
 * at its start and not by its first attempt. Thread-safe.
 */
public final class SealedSamples {

  private final JdbcClient jdbc;

  /** Samples through {@code dataSource}. */
  public SealedSamples(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** One sealed value for each key that seals what is still used; reads every webhook once. */
  public List<byte[]> onePerKey() {
    return jdbc.sql(
            """
            select distinct on (substring(sealed from 2 for 4)) sealed
            from (select s.sealed
                  from changepost.webhook_secret s
                  join changepost.webhook w on w.id = s.webhook_id
                  where w.deleted_at is null
                    and (s.valid_until is null or s.valid_until > clock_timestamp())
                  union all
                  select w.headers
                  from changepost.webhook w
                  where w.deleted_at is null and w.headers is not null) as used
            """)
        .query((row, number) -> row.getBytes("sealed"))
        .list();
  }
}
