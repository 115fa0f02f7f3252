package io.changepost.domain;

import java.time.Duration;

/** What becomes of a delivery after an attempt; decided by {@link DecideOutcome}. */
public sealed interface Outcome {

  /** The endpoint took the message. */
  record Delivered() implements Outcome {}

  /** It is due again after {@code delay}, in the same round. */
  record DueAgain(Duration delay) implements Outcome {}

  /** Nothing was sent: it is due again after {@code delay}, and no attempt is used up. */
  record NotBegun(Duration delay) implements Outcome {}

  /** It ends here; {@code reason} is one of {@link FailureReason}'s words. */
  record Failed(FailureReason reason) implements Outcome {}

  /** The endpoint said 410: the delivery ends and the webhook becomes inactive at once. */
  record Gone() implements Outcome {}
}
