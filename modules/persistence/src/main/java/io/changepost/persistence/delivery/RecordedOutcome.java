package io.changepost.persistence.delivery;

import io.changepost.domain.FailureReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the database made of an outcome.
 *
 * @param outcome what was handed in
 * @param became the state of the delivery now
 * @param dueAt when it is due again, by the database's clock; null unless {@link Became#DUE_AGAIN}
 *     or {@link Became#NOT_BEGUN}
 * @param reason why it failed; null unless {@link Became#FAILED}
 * @param webhookBecameInactive true on the one outcome that made its webhook inactive ({@code
 *     gone})
 */
public record RecordedOutcome(
    AttemptOutcome outcome,
    Became became,
    @Nullable Instant dueAt,
    @Nullable FailureReason reason,
    boolean webhookBecameInactive) {

  /** What an outcome may come to. */
  public enum Became {
    /** It ended well. */
    DELIVERED,
    /** It waits for its next attempt. */
    DUE_AGAIN,
    /** Nothing was sent, for a lack of ours: it waits for the same attempt. */
    NOT_BEGUN,
    /** It ended badly, and says why. */
    FAILED,
    /** Its webhook was deleted meanwhile, so it is no more. */
    CANCELLED,
    /** The lease was somebody else's by then: nothing was written, and nothing is to be done. */
    STALE
  }
}
