package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps history for the time it was promised: makes the days to come, drops those gone by. Thread-
 * safe; opens a transaction for each day. Several nodes may do it at once. A day is one of UTC.
 */
public final class RetentionStore {

  private static final int CHUNK = 5_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** A store that writes through {@code dataSource}, whose role owns the tables. */
  public RetentionStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  /**
   * Makes the partitions from the day of the oldest change that waits for fan-out until three days
   * ahead. Repeatable and cheap where they are there. Where one day cannot be made now (somebody
   * holds a lock) the others are, and its rows wait in the default partition.
   *
   * @return how many partitions were made
   */
  public int ensurePartitions() {
    List<LocalDate> days =
        jdbc.sql(SqlFile.read("retention/missing-days")).query(LocalDate.class).list();
    int made = 0;
    for (LocalDate day : days) {
      made += inDay("select changepost.ensure_day(:day)", day, Integer.class, 0);
    }
    return made;
  }

  /**
   * Drops every day that ended longer ago than {@code olderThan} and that no waiting delivery and
   * no change that is not fanned out needs; also clears such rows from the default partitions.
   *
   * @return how many days were dropped
   */
  public int drop(Duration olderThan) {
    double seconds = olderThan.toMillis() / 1000.0;
    int dropped = 0;
    for (LocalDate day :
        jdbc.sql(SqlFile.read("retention/past-days"))
            .param("seconds", seconds)
            .query(LocalDate.class)
            .list()) {
      dropped += inDay("select changepost.drop_day(:day)", day, Boolean.class, false) ? 1 : 0;
    }
    for (String statement :
        List.of(
            "retention/clear-attempts", "retention/clear-deliveries", "retention/clear-changes")) {
      while (clear(statement, seconds) == CHUNK) {
        Thread.onSpinWait();
      }
    }
    return dropped;
  }

  private int clear(String statement, double seconds) {
    return jdbc.sql(SqlFile.read(statement))
        .param("seconds", seconds)
        .param("limit", CHUNK)
        .update();
  }

  /** Short waits for locks, so that nobody queues up behind us; the next run tries again. */
  private <T> T inDay(String statement, LocalDate day, Class<T> type, T otherwise) {
    try {
      T result =
          transaction.execute(
              status -> {
                jdbc.sql("set local lock_timeout = '1s'").update();
                return jdbc.sql(statement).param("day", day).query(type).single();
              });
      return result == null ? otherwise : result;
    } catch (DataAccessException e) {
      if (LockRefused.is(e)) {
        return otherwise;
      }
      throw e;
    }
  }
}
