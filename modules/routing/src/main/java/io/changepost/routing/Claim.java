package io.changepost.routing;

import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import java.util.List;
import java.util.Map;

/** The bean {@code claim}: what is due again, or was left by a node that is gone. */
public final class Claim {

  private static final int MOST_AT_ONCE = 1_000;

  private final Claims claims;
  private final AdaptiveScheduler wake;
  private final RecentAnswers answers;
  private final SenderStats stats;

  /** Where very many webhooks have something waiting, one claim goes on after another. */
  private long after;

  Claim(Claims claims, AdaptiveScheduler wake, RecentAnswers answers, SenderStats stats) {
    this.claims = claims;
    this.wake = wake;
    this.answers = answers;
    this.stats = stats;
  }

  /** The one parameter of the claim statement, as JSON. */
  public synchronized String plan() {
    CrashPoint.HERE.at("claim.before-commit");
    ClaimPlan plan = claims.plan(MOST_AT_ONCE).goingOnAfter(after);
    if (plan.free() > 0) {
      if (after == 0) {
        claims.left(false);
      }
      // An answer without rows, which is not told, means that nothing waits up to the end.
      after = 0;
    }
    return plan.json();
  }

  /** The rows of the claim statement → the deliveries that this node attempts now. */
  public synchronized List<Leased> accepted(List<Map<String, Object>> rows) {
    ClaimedBatch batch = ClaimedBatch.read(rows);
    stats.lost(batch.workerLost(), batch.lostLeases());
    claims.left(true);
    after = batch.after();
    if (after > 0) {
      wake.onward();
    }
    if (answers.isWorthAnotherLook(
        batch.deliveries().stream().map(delivery -> delivery.id().webhookId()).toList())) {
      // Those kept back by a full cap are woken for when it has room; others may be due already.
      wake.soon();
    }
    return claims.take(batch);
  }
}
