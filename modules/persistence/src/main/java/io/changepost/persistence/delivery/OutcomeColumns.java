package io.changepost.persistence.delivery;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.FailureReason;
import io.changepost.domain.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes turned into columns, as the statement unnests them. Arrays are of the very types of
 * their elements: the driver sends those in binary form and all others as text.
 */
final class OutcomeColumns {

  private final @Nullable Long[] changes;
  private final @Nullable Long[] webhooks;
  private final @Nullable Long[] tokens;
  private final @Nullable String[] states;
  private final @Nullable String[] reasons;
  private final @Nullable String[] goneUrls;
  private final @Nullable Long[] delays;
  private final @Nullable Boolean[] ours;
  private final @Nullable Long[] at;
  private final @Nullable Integer[] durations;
  private final @Nullable Integer[] statuses;
  private final @Nullable String[] errors;
  private final @Nullable String[] bodies;
  private final LeasedColumns leased;

  OutcomeColumns(List<AttemptOutcome> outcomes) {
    int size = outcomes.size();
    changes = new Long[size];
    webhooks = new Long[size];
    tokens = new Long[size];
    states = new String[size];
    reasons = new String[size];
    goneUrls = new String[size];
    delays = new Long[size];
    ours = new Boolean[size];
    at = new Long[size];
    durations = new Integer[size];
    statuses = new Integer[size];
    errors = new String[size];
    bodies = new String[size];
    leased = new LeasedColumns(outcomes.stream().map(AttemptOutcome::delivery).toList());
    for (int i = 0; i < size; i++) {
      AttemptOutcome outcome = outcomes.get(i);
      ClaimedDelivery delivery = outcome.delivery();
      changes[i] = delivery.id().changeId();
      webhooks[i] = delivery.id().webhookId();
      tokens[i] = delivery.token();
      decision(i, outcome.outcome(), delivery);
      answer(i, outcome.answer());
    }
  }

  private void decision(int i, Outcome outcome, ClaimedDelivery delivery) {
    if (outcome instanceof Outcome.Delivered) {
      states[i] = "delivered";
    } else if (outcome instanceof Outcome.DueAgain due) {
      states[i] = "due";
      delays[i] = due.delay().toMillis();
    } else if (outcome instanceof Outcome.NotBegun notBegun) {
      states[i] = "not begun";
      delays[i] = notBegun.delay().toMillis();
    } else if (outcome instanceof Outcome.Failed failed) {
      states[i] = "failed";
      reasons[i] = failed.reason().word();
    } else {
      states[i] = "gone";
      reasons[i] = FailureReason.GONE.word();
      goneUrls[i] = delivery.url();
    }
  }

  private void answer(int i, Answer answer) {
    ours[i] = answer.ours();
    at[i] = LeasedColumns.micros(answer.at());
    durations[i] = (int) Math.min(Integer.MAX_VALUE, answer.duration().toMillis());
    statuses[i] = answer.status();
    errors[i] = StorableText.of(answer.error());
    bodies[i] = StorableText.of(answer.body());
  }

  /**
   * Binds those that tell of something delivered at once, the first to that parameter.
   *
   * @return the next parameter
   */
  int bindDelivered(PreparedStatement statement, int first) throws SQLException {
    return leased.bind(statement, bindClaimed(statement, first));
  }

  /**
   * The same without those of leases.
   *
   * @return the next parameter
   */
  int bindClaimed(PreparedStatement statement, int first) throws SQLException {
    Connection connection = statement.getConnection();
    int parameter = first;
    for (Object[] column : new Object[][] {changes, webhooks, tokens, at}) {
      statement.setArray(parameter++, connection.createArrayOf("bigint", column));
    }
    statement.setArray(parameter++, connection.createArrayOf("integer", durations));
    statement.setArray(parameter++, connection.createArrayOf("integer", statuses));
    statement.setArray(parameter++, connection.createArrayOf("text", bodies));
    return parameter;
  }

  /**
   * Binds them all, the first to that parameter.
   *
   * @return the next parameter
   */
  int bind(PreparedStatement statement, int first) throws SQLException {
    Connection connection = statement.getConnection();
    int parameter = first;
    for (Object[] column : new Object[][] {changes, webhooks, tokens}) {
      statement.setArray(parameter++, connection.createArrayOf("bigint", column));
    }
    statement.setArray(parameter++, connection.createArrayOf("text", states));
    statement.setArray(parameter++, connection.createArrayOf("text", reasons));
    statement.setArray(parameter++, connection.createArrayOf("text", goneUrls));
    statement.setArray(parameter++, connection.createArrayOf("bigint", delays));
    statement.setArray(parameter++, connection.createArrayOf("boolean", ours));
    statement.setArray(parameter++, connection.createArrayOf("bigint", at));
    statement.setArray(parameter++, connection.createArrayOf("integer", durations));
    statement.setArray(parameter++, connection.createArrayOf("integer", statuses));
    statement.setArray(parameter++, connection.createArrayOf("text", errors));
    statement.setArray(parameter++, connection.createArrayOf("text", bodies));
    return leased.bind(statement, parameter);
  }
}
