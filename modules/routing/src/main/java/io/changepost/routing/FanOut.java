package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimedBatch;
import java.util.List;
import java.util.Map;

/**
 * The bean {@code fanOut}: how many changes one statement takes, and what comes of it. The number
 * follows the deliveries made, so that a statement stays short whether a change goes to one webhook
 * or to a thousand.
 */
public final class FanOut {

  private static final int MOST_CHANGES = 1_000;
  private static final int DELIVERIES_AT_ONCE = 1_500;

  private final Claims claims;
  private final AdaptiveScheduler wake;
  private final SenderStats stats;
  private volatile int limit = 200;
  private volatile int asked;

  FanOut(Claims claims, AdaptiveScheduler wake, SenderStats stats) {
    this.claims = claims;
    this.wake = wake;
    this.stats = stats;
  }

  /** The one parameter of the fan-out statement, as JSON. */
  public String plan() {
    asked = limit;
    return claims.plan(asked).json();
  }

  /** The rows of the fan-out statement → the deliveries that this node attempts now. */
  public List<Leased> accepted(List<Map<String, Object>> rows) {
    ClaimedBatch batch = ClaimedBatch.read(rows);
    if (batch.taken() > 0) {
      // What is left of a full batch is taken at once; else a few changes gather for the next one.
      if (batch.taken() >= asked) {
        wake.again();
      } else {
        wake.soon();
      }
      stats.fannedOut(batch.taken(), batch.delivered());
      limit = next(batch);
    }
    return claims.take(batch);
  }

  private int next(ClaimedBatch batch) {
    int each = Math.max(1, batch.delivered() / batch.taken());
    int wanted = Math.max(1, DELIVERIES_AT_ONCE / each);
    // It grows step by step, because the next changes may go to more webhooks than the last.
    return Math.min(Math.min(MOST_CHANGES, wanted), Math.max(1, limit * 2));
  }
}
