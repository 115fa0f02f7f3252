package io.changepost.persistence.delivery;

import io.changepost.domain.FailureReason;
import io.changepost.domain.Outcome;
import io.changepost.persistence.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way of outcomes that takes them all: what failed, what is due again, and what was resent. */
final class AnyOutcomes {

  private AnyOutcomes() {}

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
    OutcomeColumns columns = new OutcomeColumns(outcomes);
    Map<OutcomeStore.Key, RecordedOutcome> recorded = new HashMap<>(outcomes.size() * 2);
    Map<OutcomeStore.Key, AttemptOutcome> byKey = new HashMap<>(outcomes.size() * 2);
    outcomes.forEach(outcome -> byKey.put(OutcomeStore.Key.of(outcome.delivery()), outcome));
    OpenLeases.Ending ending = OutcomeStore.ending(leases, outcomes, repeated);
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("outcome/record"))) {
      statement.setBoolean(1, repeated);
      OutcomeStore.bind(statement, columns.bind(statement, 2), ending.leases());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          OutcomeStore.Key key =
              new OutcomeStore.Key(rows.getLong("change_id"), rows.getLong("webhook_id"));
          AttemptOutcome outcome = byKey.get(key);
          if (outcome == null) {
            throw new IllegalStateException("an outcome nobody gave: " + key);
          }
          recorded.put(key, became(outcome, rows));
          OutcomeStore.OrderedQueue.read(rows, key).ifPresent(ended::add);
        }
      }
    }
    OutcomeStore.committed(connection, leases, ending);
    return outcomes.stream()
        .map(
            outcome ->
                recorded.getOrDefault(
                    OutcomeStore.Key.of(outcome.delivery()),
                    new RecordedOutcome(outcome, RecordedOutcome.Became.STALE, null, null, false)))
        .toList();
  }

  private static RecordedOutcome became(AttemptOutcome outcome, ResultSet row) throws SQLException {
    RecordedOutcome.Became became =
        switch (row.getString("became")) {
          case "delivered" -> RecordedOutcome.Became.DELIVERED;
          case "due" ->
              outcome.outcome() instanceof Outcome.NotBegun
                  ? RecordedOutcome.Became.NOT_BEGUN
                  : RecordedOutcome.Became.DUE_AGAIN;
          case "failed" -> RecordedOutcome.Became.FAILED;
          default -> RecordedOutcome.Became.CANCELLED;
        };
    Timestamp dueAt = row.getTimestamp("due_at");
    return new RecordedOutcome(
        outcome,
        became,
        dueAt == null ? null : dueAt.toInstant(),
        reason(row.getString("reason")),
        row.getBoolean("webhook_gone"));
  }

  private static @Nullable FailureReason reason(@Nullable String word) {
    for (FailureReason reason : FailureReason.values()) {
      if (reason.word().equals(word)) {
        return reason;
      }
    }
    return null;
  }
}
