package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;
import io.changepost.persistence.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The short ways of outcomes: batches of which all was delivered by the first attempt of all.
 * Nothing is to be decided for them, so their statements are half of the other, or less.
 */
final class DeliveredAtOnce {

  /** SQLSTATE of a key that is there. */
  private static final String RECORDED_ALREADY = "23505";

  private DeliveredAtOnce() {}

  /** Whether all of it may go a short way. */
  static boolean isAll(List<AttemptOutcome> outcomes) {
    for (AttemptOutcome outcome : outcomes) {
      if (outcome.delivery().round() > 1
          || outcome.delivery().number() > 1
          || !(outcome.outcome() instanceof Outcome.Delivered)) {
        return false;
      }
    }
    return true;
  }

  /**
   * As {@link OutcomeStore#record}, or {@link OutcomeStore#recordAgain} where repeated.
   *
   * @param ended gets the queues whose next one may go
   */
  static List<RecordedOutcome> record(
      Connection connection,
      List<AttemptOutcome> outcomes,
      boolean repeated,
      List<OutcomeStore.OrderedQueue> ended)
      throws SQLException {
    if (!repeated && outcomes.stream().allMatch(outcome -> isLeased(outcome.delivery()))) {
      try {
        return leased(connection, outcomes);
      } catch (SQLException refused) {
        if (!RECORDED_ALREADY.equals(refused.getSQLState())) {
          throw refused;
        }
        // Nothing was written; the other way leaves alone what is there.
        return any(connection, outcomes, true, ended);
      }
    }
    return any(connection, outcomes, repeated, ended);
  }

  /** All of them leased by fan-out, so without rows of their own. */
  private static List<RecordedOutcome> leased(Connection connection, List<AttemptOutcome> outcomes)
      throws SQLException {
    Map<Long, Integer> given = new TreeMap<>();
    outcomes.forEach(outcome -> given.merge(outcome.delivery().token(), 1, Integer::sum));
    Set<Long> held = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("outcome/record-leased"))) {
      statement.setArray(
          1, connection.createArrayOf("bigint", given.keySet().toArray(Long[]::new)));
      statement.setArray(
          2, connection.createArrayOf("integer", given.values().toArray(Integer[]::new)));
      new OutcomeColumns(outcomes).bindDelivered(statement, 3);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          held.add(rows.getLong("token"));
        }
      }
    }
    return outcomes.stream()
        .map(outcome -> recorded(outcome, held.contains(outcome.delivery().token())))
        .toList();
  }

  private static List<RecordedOutcome> any(
      Connection connection,
      List<AttemptOutcome> outcomes,
      boolean repeated,
      List<OutcomeStore.OrderedQueue> ended)
      throws SQLException {
    Set<Long> leases = new HashSet<>();
    Set<OutcomeStore.Key> others = new HashSet<>();
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("outcome/record-delivered"))) {
      statement.setBoolean(1, repeated);
      new OutcomeColumns(outcomes).bindDelivered(statement, 2);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          long token = rows.getLong("token");
          if (!rows.wasNull()) {
            leases.add(token);
          } else {
            OutcomeStore.Key key =
                new OutcomeStore.Key(rows.getLong("change_id"), rows.getLong("webhook_id"));
            others.add(key);
            OutcomeStore.OrderedQueue.read(rows, key).ifPresent(ended::add);
          }
        }
      }
    }
    return outcomes.stream()
        .map(
            outcome -> {
              ClaimedDelivery delivery = outcome.delivery();
              return recorded(
                  outcome,
                  isLeased(delivery)
                      ? leases.contains(delivery.token())
                      : others.contains(OutcomeStore.Key.of(delivery)));
            })
        .toList();
  }

  private static boolean isLeased(ClaimedDelivery delivery) {
    return delivery.judged() != null;
  }

  private static RecordedOutcome recorded(AttemptOutcome outcome, boolean isRecorded) {
    return new RecordedOutcome(
        outcome,
        isRecorded ? RecordedOutcome.Became.DELIVERED : RecordedOutcome.Became.STALE,
        null,
        null,
        false);
  }
}
