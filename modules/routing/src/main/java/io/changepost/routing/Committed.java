package io.changepost.routing;

import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.OutcomeStore;
import io.changepost.persistence.delivery.RecordedOutcome;
import java.util.List;

/** Where outcomes become lasting. */
@FunctionalInterface
interface Committed {

  /** In the database. */
  static Committed in(OutcomeStore store) {
    return (outcomes, repeated) -> {
      CrashPoint.HERE.at("complete.before-commit");
      List<RecordedOutcome> recorded =
          repeated ? store.recordAgain(outcomes) : store.record(outcomes);
      CrashPoint.HERE.at("complete.after-commit");
      return recorded;
    };
  }

  /**
   * Commits a batch, all of it or nothing.
   *
   * @param repeated whether some of it may be recorded already
   * @return one for each, in the same order
   * @throws RuntimeException where it is unknown whether they are recorded
   */
  List<RecordedOutcome> record(List<AttemptOutcome> outcomes, boolean repeated);
}
