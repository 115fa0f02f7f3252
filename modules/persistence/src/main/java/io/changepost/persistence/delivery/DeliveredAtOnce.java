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
   * @param leases learns what was ended
   * @param ended gets the queues whose next one may go
   */
  static List<RecordedOutcome> record(
      Connection connection,
      List<AttemptOutcome> outcomes,
      boolean repeated,
      OpenLeases leases,
      List<OutcomeStore.OrderedQueue> ended)
      throws SQLException {
    Way way = repeated ? Way.ANY : Way.of(outcomes);
    try {
      OpenLeases.Ending ending = OutcomeStore.ending(leases, outcomes, repeated);
      List<RecordedOutcome> recorded = by(way, connection, outcomes, ending, ended);
      OutcomeStore.committed(connection, leases, ending);
      return recorded;
    } catch (SQLException refused) {
      if (way == Way.ANY || !RECORDED_ALREADY.equals(refused.getSQLState())) {
        throw refused;
      }
      // Nothing was written; the other way leaves alone what is there.
      return by(Way.ANY, connection, outcomes, OpenLeases.Ending.UNKNOWN, ended);
    }
  }

  private enum Way {
    /** All of them leased by fan-out, so without rows of their own. */
    LEASED("outcome/record-leased"),

    /** All of them with rows of their own. */
    CLAIMED("outcome/record-claimed"),

    ANY("outcome/record-delivered");

    private final String file;

    Way(String file) {
      this.file = file;
    }

    static Way of(List<AttemptOutcome> outcomes) {
      long leased = outcomes.stream().filter(one -> one.delivery().isLeasedAtOnce()).count();
      return leased == outcomes.size() ? LEASED : leased == 0 ? CLAIMED : ANY;
    }
  }

  private static List<RecordedOutcome> by(
      Way way,
      Connection connection,
      List<AttemptOutcome> outcomes,
      OpenLeases.Ending ending,
      List<OutcomeStore.OrderedQueue> ended)
      throws SQLException {
    Set<Long> leases = new HashSet<>();
    Set<OutcomeStore.Key> others = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(SqlFile.read(way.file))) {
      bind(statement, way, outcomes, ending);
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
                  delivery.isLeasedAtOnce()
                      ? leases.contains(delivery.token())
                      : others.contains(OutcomeStore.Key.of(delivery)));
            })
        .toList();
  }

  private static void bind(
      PreparedStatement statement, Way way, List<AttemptOutcome> outcomes, OpenLeases.Ending ending)
      throws SQLException {
    OutcomeColumns columns = new OutcomeColumns(outcomes);
    switch (way) {
      case LEASED -> {
        OutcomeStore.bind(statement, 1, ending.deliveries().keySet());
        OutcomeStore.bind(statement, columns.bindDelivered(statement, 2), ending.leases());
      }
      case CLAIMED -> columns.bindClaimed(statement, 1);
      case ANY -> {
        statement.setBoolean(1, ending.isUnknown());
        OutcomeStore.bind(statement, columns.bindDelivered(statement, 2), ending.leases());
      }
    }
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
