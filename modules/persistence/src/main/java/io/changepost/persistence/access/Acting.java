package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Work done in somebody's name: one transaction, which the stores called within it join, and whose
 * entries in the audit log name that somebody. Thread-safe.
 */
public final class Acting {

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Work on that database's API pool. */
  public Acting(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
  }

  /**
   * What {@code work} gives, committed. What it throws leaves everything as it was.
   *
   * @param actor who does it, as the audit log shows it; no secret
   */
  public <T> T as(String actor, Supplier<T> work) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              jdbc.sql("select set_config('changepost.actor', :actor, true)")
                  .param("actor", actor)
                  .query(String.class)
                  .single();
              return work.get();
            }));
  }
}
