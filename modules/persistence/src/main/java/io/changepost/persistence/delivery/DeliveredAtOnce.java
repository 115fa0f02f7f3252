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
import java.util.Set;

/**
 * The short way of outcomes: batches of which all was delivered by the first attempt of all.
 * Nothing is to be decided for them, so their statement is half of the other.
 */
final class DeliveredAtOnce {

  private DeliveredAtOnce() {}

  /** Whether all of it may go this way. */
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
              boolean isRecorded =
                  delivery.judged() == null
                      ? others.contains(OutcomeStore.Key.of(delivery))
                      : leases.contains(delivery.token());
              return new RecordedOutcome(
                  outcome,
                  isRecorded ? RecordedOutcome.Became.DELIVERED : RecordedOutcome.Became.STALE,
                  null,
                  null,
                  false);
            })
        .toList();
  }
}
