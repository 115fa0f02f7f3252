package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the database cannot look up of deliveries that have no row of their own, as columns; all of
 * it null for those that have one.
 */
final class LeasedColumns {

  private final @Nullable Long[] changedAt;
  private final @Nullable Long[] salts;
  private final @Nullable String[] stars;
  private final @Nullable Integer[] ranks;

  LeasedColumns(List<ClaimedDelivery> deliveries) {
    int size = deliveries.size();
    changedAt = new Long[size];
    salts = new Long[size];
    stars = new String[size];
    ranks = new Integer[size];
    for (int i = 0; i < size; i++) {
      ClaimedDelivery delivery = deliveries.get(i);
      ClaimedDelivery.Judged judged = delivery.judged();
      if (judged != null) {
        changedAt[i] = micros(delivery.changeAt());
        salts[i] = delivery.id().salt();
        stars[i] = judged.star();
        ranks[i] = judged.contactRank();
      }
    }
  }

  static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  /**
   * Binds four arrays, the first to that parameter.
   *
   * @return the next parameter
   */
  int bind(PreparedStatement statement, int parameter) throws SQLException {
    Connection connection = statement.getConnection();
    statement.setArray(parameter, connection.createArrayOf("bigint", changedAt));
    statement.setArray(parameter + 1, connection.createArrayOf("bigint", salts));
    statement.setArray(parameter + 2, connection.createArrayOf("text", stars));
    statement.setArray(parameter + 3, connection.createArrayOf("integer", ranks));
    return parameter + 4;
  }
}
