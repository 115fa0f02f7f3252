package io.changepost.persistence.delivery;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds all sending of all nodes: while it is paused, changes go on being fanned out and their
 * deliveries wait; attempts under way end as they would. It is kept in the database, so that it
 * outlives a restart, and the statements that lease deliveries read it themselves, so that no node
 * can miss it. Thread-safe.
 */
public final class DeliveryPause {

  private final JdbcClient jdbc;

  /** The pause of that database. */
  public DeliveryPause(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** Nothing more is leased from now on; where that is so already, nothing happens. */
  public void pause() {
    set(true);
  }

  /** Lets go what waits; where nothing is paused, nothing happens. */
  public void resume() {
    set(false);
  }

  private void set(boolean paused) {
    jdbc.sql(
            """
            insert into changepost.setting as s (name, value) values ('delivery.paused', :paused)
            on conflict (name) do update set value = excluded.value, updated_at = clock_timestamp()
              where s.value <> excluded.value
            """)
        .param("paused", Boolean.toString(paused))
        .update();
  }
}
