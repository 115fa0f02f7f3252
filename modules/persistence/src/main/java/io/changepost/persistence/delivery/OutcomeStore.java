package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what attempts came to, a whole batch in one statement: all of it or nothing. Thread-safe;
 * needs no transaction of the caller, and must not be given one. Two nodes may write at once: every
 * statement locks webhooks, then leases, then deliveries, then health, each in the order of their
 * ids.
 */
public final class OutcomeStore {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeStore.class);
  private static final int TRIES = 5;

  private final DataSource dataSource;
  private final OpenLeases leases = new OpenLeases();

  /** A store that writes through {@code dataSource}, the sender's pool. */
  public OutcomeStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Records outcomes. Each is accepted only while its lease is still its own. A failing attempt of
   * a webhook that is inactive by now ends the delivery. What was not begun neither counts as an
   * attempt nor stands in the log as one.
   *
   * @param outcomes at most one for a delivery; in the order in which the answers came
   * @return one for each, in the same order
   * @throws IllegalStateException where the database did not take them; then it is unknown whether
   *     they are recorded, and {@link #recordAgain} is to be called
   */
  public List<RecordedOutcome> record(List<AttemptOutcome> outcomes) {
    return record(outcomes, false);
  }

  /**
   * Like {@link #record}, of outcomes that may be recorded already, which changes nothing of those
   * that are, whatever became of them since. Some of those are told to be {@link
   * RecordedOutcome.Became#STALE}. A lease of fan-out that they share then runs out, because nobody
   * knows which of them is its last.
   */
  public List<RecordedOutcome> recordAgain(List<AttemptOutcome> outcomes) {
    return record(outcomes, true);
  }

  private List<RecordedOutcome> record(List<AttemptOutcome> outcomes, boolean repeated) {
    if (outcomes.isEmpty()) {
      return List.of();
    }
    boolean isShort = DeliveredAtOnce.isAll(outcomes);
    return retrying(
        "record " + outcomes.size() + " outcomes",
        connection -> {
          List<OrderedQueue> ended = new ArrayList<>();
          List<RecordedOutcome> recorded =
              isShort
                  ? DeliveredAtOnce.record(connection, outcomes, repeated, leases, ended)
                  : AnyOutcomes.record(connection, outcomes, repeated, leases, ended);
          if (!ended.isEmpty()) {
            PromoteNext.of(connection, ended);
          }
          return recorded;
        });
  }

  /**
   * Hands back claims that were not started: due now, with no attempt used up.
   *
   * @return how many were still ours
   */
  public int release(List<ClaimedDelivery> claims) {
    if (claims.isEmpty()) {
      return 0;
    }
    return retrying("release " + claims.size() + " claims", c -> release(c, claims));
  }

  static OpenLeases.Ending ending(
      OpenLeases leases, List<AttemptOutcome> outcomes, boolean repeated) {
    return repeated
        ? OpenLeases.Ending.UNKNOWN
        : leases.ending(outcomes.stream().map(AttemptOutcome::delivery).toList());
  }

  /** After the commit. Where ending what is left over fails, it runs out. */
  static void committed(Connection connection, OpenLeases leases, OpenLeases.Ending ending) {
    List<Long> over = leases.committed(ending);
    if (!over.isEmpty()) {
      try (PreparedStatement statement =
          connection.prepareStatement(SqlFile.read("outcome/end-leases"))) {
        bind(statement, 1, over);
        statement.executeUpdate();
      } catch (SQLException e) {
        // The outcomes are committed; throwing would have them recorded again.
        LOG.warn("{} leases that are over run out", over.size(), e);
      }
    }
  }

  static void bind(PreparedStatement statement, int parameter, Collection<Long> ids)
      throws SQLException {
    statement.setArray(
        parameter, statement.getConnection().createArrayOf("bigint", ids.toArray(Long[]::new)));
  }

  private int release(Connection connection, List<ClaimedDelivery> claims) throws SQLException {
    long[] changes = claims.stream().mapToLong(claim -> claim.id().changeId()).toArray();
    long[] webhooks = claims.stream().mapToLong(claim -> claim.id().webhookId()).toArray();
    long[] tokens = claims.stream().mapToLong(ClaimedDelivery::token).toArray();
    try (PreparedStatement statement =
        connection.prepareStatement(SqlFile.read("outcome/release"))) {
      statement.setArray(1, connection.createArrayOf("bigint", box(changes)));
      statement.setArray(2, connection.createArrayOf("bigint", box(webhooks)));
      statement.setArray(3, connection.createArrayOf("bigint", box(tokens)));
      OpenLeases.Ending ending = leases.ending(claims);
      bind(statement, new LeasedColumns(claims).bind(statement, 4), ending.leases());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        int released = row.getInt(1);
        committed(connection, leases, ending);
        return released;
      }
    }
  }

  private <T> T retrying(String what, Work<T> work) {
    for (int tries = 1; ; tries++) {
      try (Connection connection = dataSource.getConnection()) {
        return work.run(connection);
      } catch (SQLException e) {
        if (!isRolledBack(e) || tries == TRIES) {
          throw new IllegalStateException("cannot " + what, e);
        }
      }
    }
  }

  /** A deadlock or a serialization failure: nothing of the statement was done. */
  static boolean isRolledBack(SQLException failure) {
    return failure.getSQLState() != null && failure.getSQLState().startsWith("40");
  }

  private static Long[] box(long[] values) {
    Long[] boxed = new Long[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  @FunctionalInterface
  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** A delivery, by its key. */
  record Key(long changeId, long webhookId) {

    static Key of(ClaimedDelivery delivery) {
      return new Key(delivery.id().changeId(), delivery.id().webhookId());
    }
  }

  /** A queue of an ordered webhook whose head came to its end. */
  record OrderedQueue(long webhookId, long orderingKey) {

    static Optional<OrderedQueue> read(ResultSet row, Key ended) throws SQLException {
      long key = row.getLong("ordering_key");
      return row.wasNull()
          ? Optional.empty()
          : Optional.of(new OrderedQueue(ended.webhookId(), key));
    }
  }
}
