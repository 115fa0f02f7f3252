package io.changepost.domain;

import java.time.Duration;
import java.util.List;

/**
 * Decides what becomes of a delivery after an attempt: delivered on 2xx, gone on 410, due again
 * while the redelivery policy has a delay left, else failed. What a lack of ours kept from being
 * sent is not an attempt while the message is young. Pure and thread-safe.
 *
 * @param delays the wait before each resend, in order, without jitter; as many as the policy allows
 * @param jitter share by which a delay is spread to both sides, such as 0.2
 * @param retryAfterLimit the longest wait that an endpoint may ask for
 */
public record DecideOutcome(List<Duration> delays, double jitter, Duration retryAfterLimit) {

  /**
   * So long a lack of ours costs a message no attempt; from then on the usual delays give it hours
   * more, and an end.
   */
  private static final Duration YOUNG = Duration.ofHours(1);

  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

  /** Copies the list and refuses a jitter outside 0 to below 1 and negative delays. */
  public DecideOutcome {
    delays = List.copyOf(delays);
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to below 1, not " + jitter);
    }
    if (delays.stream().anyMatch(Duration::isNegative) || retryAfterLimit.isNegative()) {
      throw new IllegalArgumentException("a delay must not be negative");
    }
  }

  /**
   * The outcome of attempt {@code number} that came to {@code answer}.
   *
   * @param age how long ago the change was captured
   * @param spread 0 inclusive to 1 exclusive, picks the point inside the jitter window
   */
  public Outcome after(int number, Duration age, Answer answer, double spread) {
    if (answer.isSuccess()) {
      return new Outcome.Delivered();
    }
    if (answer.status() != null && answer.status() == 410) {
      return new Outcome.Gone();
    }
    if (answer.notBegun() && age.compareTo(YOUNG) < 0) {
      Duration half = age.dividedBy(2);
      Duration pause = half.compareTo(SHORTEST_PAUSE) > 0 ? half : SHORTEST_PAUSE;
      // Spread too: those that lacked a file at once would else lack it at once again.
      return new Outcome.NotBegun(spread(pause, spread));
    }
    if (number > delays.size()) {
      return new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED);
    }
    Duration step = spread(delays.get(number - 1), spread);
    Duration asked = answer.retryAfter() == null ? Duration.ZERO : answer.retryAfter();
    Duration wait = asked.compareTo(retryAfterLimit) > 0 ? retryAfterLimit : asked;
    return new Outcome.DueAgain(wait.compareTo(step) > 0 ? wait : step);
  }

  private Duration spread(Duration wait, double spread) {
    double factor = 1 + jitter * (2 * spread - 1);
    return Duration.ofMillis(Math.round(wait.toMillis() * factor));
  }
}
