package io.changepost.api;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a caller is told of a failure: never more than it may know. */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int RETRY_SECONDS = 5;
  private static final List<String> AWAY = List.of("08", "40", "53", "55P03", "57");
  private static final int DEEPEST_CAUSE = 20;

  private Failures() {}

  static Response response(Throwable failure, String operationId) {
    if (failure instanceof Problem problem) {
      return problem.response();
    }
    if (isDatabaseAway(failure)) {
      LOG.warn("{} not served, the database is away: {}", operationId, rootMessage(failure));
      return Problem.unavailable("The database cannot be reached; try again.", RETRY_SECONDS)
          .response();
    }
    String id = "urn:uuid:" + UUID.randomUUID();
    LOG.error("{} failed, answered 500 as {}", operationId, id, failure);
    return Problem.of(
            500, "internal", "Something failed here", "Name the instance to the operator.")
        .instance(id)
        .response();
  }

  /**
   * Connection trouble (08), a conflict that another try solves (40), out of resources (53), a lock
   * not got in time (55P03), shut down or out of time (57), read from the SQLSTATE.
   */
  private static boolean isDatabaseAway(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST_CAUSE; i++, cause = cause.getCause()) {
      if (cause instanceof SQLTransientException) {
        return true;
      }
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        String state = sql.getSQLState();
        return AWAY.stream().anyMatch(state::startsWith);
      }
    }
    return false;
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause.getCause() != null && i < DEEPEST_CAUSE; i++) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
