package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimedBatch;
import java.util.List;
import java.util.Map;

/** The bean {@code fanOut}: how many changes one statement takes, and what comes of it. */
public final class FanOut {

  private final Claims claims;
  private final AdaptiveScheduler wake;
  private final SenderStats stats;
  private final FanOutLimit limit;
  private int asked;

  FanOut(Claims claims, AdaptiveScheduler wake, SenderStats stats) {
    this.claims = claims;
    this.wake = wake;
    this.stats = stats;
    this.limit = new FanOutLimit(claims.total(), System.nanoTime());
  }

  /** The one parameter of the fan-out statement, as JSON. */
  public synchronized String plan() {
    CrashPoint.HERE.at("fan-out.before-commit");
    asked = limit.next(claims.free(), System.nanoTime());
    if (asked == 0) {
      wake.soon();
    }
    return claims.plan(asked).json();
  }

  /** The rows of the fan-out statement → the deliveries that this node attempts now. */
  public synchronized List<Leased> accepted(List<Map<String, Object>> rows) {
    ClaimedBatch batch = ClaimedBatch.read(rows);
    if (batch.taken() > 0) {
      // What is left of a full batch is taken at once; else a few changes gather for the next one.
      if (batch.taken() >= asked && claims.free() > batch.leased()) {
        wake.again();
      } else {
        wake.soon();
      }
      stats.fannedOut(batch.taken(), batch.delivered());
      limit.took(batch.taken(), batch.delivered(), batch.leased(), System.nanoTime());
      if (batch.leased() < batch.delivered()) {
        claims.left(true);
      }
    }
    return claims.take(batch);
  }
}
