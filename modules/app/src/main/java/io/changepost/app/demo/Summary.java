package io.changepost.app.demo;

/**
 * How it went, in one line.
 *
 * @param p50 milliseconds from the commit to the first attempt's arrival, the median
 */
record Summary(Messages messages, Faults faults, long p50) {

  /**
   * @param arrived verified and answered with 200, each counted once
   * @param resent arrivals that were not the first attempt
   */
  record Messages(int changes, int expected, int arrived, int resent) {}

  record Faults(int wrongSignatures, int unexpected) {}

  int missing() {
    return messages.expected() - messages.arrived();
  }

  /** Everything arrived, and nothing that should not have. */
  boolean good() {
    return missing() == 0 && faults.wrongSignatures() == 0 && faults.unexpected() == 0;
  }

  String line() {
    return messages.changes()
        + " changes, "
        + messages.expected()
        + " messages expected, "
        + messages.arrived()
        + " arrived, "
        + missing()
        + " missing, "
        + messages.resent()
        + " resent, "
        + faults.wrongSignatures()
        + " wrong signatures"
        + (faults.unexpected() == 0 ? "" : ", " + faults.unexpected() + " unexpected")
        + ", p50 "
        + p50
        + " ms";
  }
}
