package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds leases of fan-out that ran out and makes what has no outcome in them due again.
 * Thread-safe; opens transactions of its own. Several nodes may do it at once: each lease is ended
 * by one.
 */
public final class LostLeaseStore {

  private static final int AT_ONCE = 100;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** A store that writes through {@code dataSource}, the sender's pool. */
  public LostLeaseStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  /**
   * Makes rows of delivery of what is left in leases that ran out, due now. A lost lease is counted
   * for each. Repeatable; costs one short statement where there are none.
   *
   * @return how many deliveries were lost
   * @throws RuntimeException where the database did not do it; some of it may be done then
   */
  public int returnLost() {
    int lost = 0;
    Some some;
    do {
      some = transaction.execute(status -> some());
      lost += some.deliveries();
    } while (some.leases() == AT_ONCE);
    return lost;
  }

  private record Some(int leases, int deliveries) {}

  private Some some() {
    List<Long> tokens =
        jdbc.sql(SqlFile.read("claim/lost-leases")).param("most", AT_ONCE).query(Long.class).list();
    if (tokens.isEmpty()) {
      return new Some(0, 0);
    }
    int deliveries =
        jdbc.sql(SqlFile.read("claim/return-lost"))
            .param("tokens", tokens.toArray(Long[]::new))
            .query(Integer.class)
            .single();
    return new Some(tokens.size(), deliveries);
  }
}
