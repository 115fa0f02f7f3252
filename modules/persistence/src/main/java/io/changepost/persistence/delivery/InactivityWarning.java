package io.changepost.persistence.delivery;

import java.time.Instant;

/**
 * A webhook that becomes inactive unless its endpoint takes something.
 *
 * @param webhookId its id
 * @param organizationId whose it is
 * @param percent of the time that is over: 50 or 90
 * @param failingSince its first failed attempt since the last success
 * @param inactiveAt when it becomes inactive at the earliest
 */
public record InactivityWarning(
    long webhookId, long organizationId, int percent, Instant failingSince, Instant inactiveAt) {}
