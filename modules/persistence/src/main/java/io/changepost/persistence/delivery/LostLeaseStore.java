package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Finds leases of fan-out that ran out and makes what has no outcome in them due again.
 * Thread-safe; opens a transaction of its own. Several nodes may do it at once: each lease is ended
 * by one.
 */
public final class LostLeaseStore {

  private final DataSource dataSource;

  /** A store that writes through {@code dataSource}, the sender's pool. */
  public LostLeaseStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Makes rows of delivery of what is left in leases that ran out, due now. A lost lease is counted
   * for each. Repeatable; costs one short statement where there are none.
   *
   * @return how many deliveries were lost
   * @throws IllegalStateException where the database did not do it; then nothing is done
   */
  public int returnLost() {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        List<Long> tokens = lost(connection);
        int returned = tokens.isEmpty() ? 0 : returnLost(connection, tokens.toArray());
        connection.commit();
        return returned;
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("cannot look for leases that ran out", e);
    }
  }

  private static List<Long> lost(Connection connection) throws SQLException {
    List<Long> tokens = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(SqlFile.read("claim/lost-leases"));
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        tokens.add(rows.getLong("token"));
      }
    }
    return tokens;
  }

  private static int returnLost(Connection connection, Object[] tokens) throws SQLException {
    Array array = connection.createArrayOf("bigint", tokens);
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("claim/return-lost"))) {
      statement.setArray(1, array);
      statement.setArray(2, array);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
