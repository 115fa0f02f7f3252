package io.changepost.persistence.delivery;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;

/**
 * An attempt that is over, to be recorded.
 *
 * @param delivery what was attempted, with the token of its lease
 * @param answer what came back
 * @param outcome what was decided
 */
public record AttemptOutcome(ClaimedDelivery delivery, Answer answer, Outcome outcome) {}
