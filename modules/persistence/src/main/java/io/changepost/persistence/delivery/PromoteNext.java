package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the next delivery of ordered queues due once the one before it came to its end. A statement
 * of its own, after the commit of the outcomes: only then does it see what fan-out added meanwhile.
 * Never throws, because the outcomes are recorded; where it fails, the next one becomes due all the
 * same, when a claim looks at it again.
 */
final class PromoteNext {

  private static final Logger LOG = LoggerFactory.getLogger(PromoteNext.class);

  /** A claim that puts one back just then makes the first run miss it, and hardly ever two. */
  private static final int TRIES = 5;

  private PromoteNext() {}

  static void of(Connection connection, List<OutcomeStore.OrderedQueue> ended) {
    SQLException failure = null;
    for (int tries = 0; tries < TRIES; tries++) {
      try {
        if (missed(connection, ended) == 0) {
          return;
        }
      } catch (SQLException e) {
        failure = e;
        if (!OutcomeStore.isRolledBack(e)) {
          break;
        }
      }
    }
    LOG.warn("messages of {} ordered queues go on later", ended.size(), failure);
  }

  private static int missed(Connection connection, List<OutcomeStore.OrderedQueue> ended)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("outcome/promote-next"))) {
      bind(statement, 1, ended, OutcomeStore.OrderedQueue::webhookId);
      bind(statement, 2, ended, OutcomeStore.OrderedQueue::orderingKey);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  private static void bind(
      PreparedStatement statement,
      int parameter,
      List<OutcomeStore.OrderedQueue> ended,
      ToLongFunction<OutcomeStore.OrderedQueue> value)
      throws SQLException {
    OutcomeStore.bind(statement, parameter, ended.stream().mapToLong(value).boxed().toList());
  }
}
