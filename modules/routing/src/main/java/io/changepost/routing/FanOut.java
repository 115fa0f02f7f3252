package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimedBatch;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The bean {@code fanOut}: how many changes one statement takes, and what comes of it. */
public final class FanOut {

  /** In case that nothing wakes it: each look costs the database as much as several changes. */
  private static final long LONGEST_REST_NANOS = Duration.ofMillis(20).toNanos();

  private final Claims claims;
  private final AdaptiveScheduler wake;
  private final SenderStats stats;
  private final FanOutStatement statement;
  private final FanOutLimit limit;
  private final OutboxStart start = new OutboxStart();
  private final WithinLimit contacts = new WithinLimit();
  private int asked;
  private long askedAt;
  private volatile boolean behind;

  FanOut(Claims claims, AdaptiveScheduler wake, SenderStats stats, FanOutStatement statement) {
    this.claims = claims;
    this.wake = wake;
    this.stats = stats;
    this.statement = statement;
    this.limit = new FanOutLimit(claims::leases, claims::soonFree, System.nanoTime());
  }

  /** The one parameter of the fan-out statement, as JSON. */
  public synchronized String plan() {
    CrashPoint.HERE.at("fan-out.before-commit");
    long now = System.nanoTime();
    // Before it looks: who frees some meanwhile should wake it.
    behind = true;
    asked = limit.next(claims.free(), now);
    behind = asked == 0;
    if (behind) {
      rest(now);
    }
    askedAt = now;
    return claims
        .planOfNew(asked)
        .goingOnAfter(asked > 0 ? start.next(now) : 0)
        .withinLimit(contacts.organizations(now))
        .json();
  }

  /**
   * True where more changes may wait than the slots allowed to take: worth a look when some are
   * free.
   */
  boolean isBehind() {
    return behind;
  }

  /** The rows of the fan-out statement → the deliveries that this node attempts now. */
  public synchronized List<Leased> accepted(List<Map<String, Object>> rows) {
    ClaimedBatch batch = ClaimedBatch.read(rows);
    if (batch.taken() > 0) {
      statement.took();
      behind = batch.taken() >= asked;
      stats.fannedOut(batch.taken(), batch.delivered());
      start.took(batch.after());
      contacts.took(batch.taken(), batch.contacts(), askedAt);
      limit.took(batch.taken(), batch.delivered(), batch.leased(), System.nanoTime());
      if (batch.leased() < batch.delivered()) {
        claims.left(true);
      }
    } else if (!rows.isEmpty() && statement.didNotFit()) {
      // The short form saw what only the other decides, which begins where that one began.
      start.tookNothing();
      wake.again();
    }
    List<Leased> leased = claims.take(batch);
    if (batch.taken() > 0) {
      goOn(System.nanoTime());
    }
    return leased;
  }

  private void rest(long now) {
    wake.rest(Math.min(LONGEST_REST_NANOS, limit.longestWait(now)));
  }

  /** What is left of a full batch is taken at once; else a few changes gather for the next one. */
  private void goOn(long now) {
    int free = claims.free();
    if (behind && limit.next(free, now) == 0) {
      rest(now);
    } else if (behind && free > 0) {
      wake.again();
    } else {
      wake.soon();
    }
  }
}
