package io.changepost.persistence.delivery;

import java.sql.SQLException;
import org.springframework.dao.DataAccessException;

/** Tells whether a statement gave up on a lock: timeout (55P03) or deadlock (40P01). */
final class LockRefused {

  private LockRefused() {}

  static boolean is(DataAccessException e) {
    return e.getMostSpecificCause() instanceof SQLException sql
        && ("55P03".equals(sql.getSQLState()) || "40P01".equals(sql.getSQLState()));
  }
}
