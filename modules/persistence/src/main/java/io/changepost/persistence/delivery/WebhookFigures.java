package io.changepost.persistence.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one webhook does, for an operator.
 *
 * @param url without its query, which may hold a secret
 * @param waiting deliveries not at their end, counted to 10,000
 * @param dueAge how long the one that is due longest has been due, null where none is
 * @param failed deliveries that ended as failed and are kept, counted to 10,000
 */
public record WebhookFigures(
    long organizationId,
    String url,
    String status,
    @Nullable String inactiveReason,
    @Nullable Instant inactiveSince,
    boolean paused,
    boolean ordered,
    @Nullable Instant lastSuccessAt,
    @Nullable Instant failingSince,
    int waiting,
    @Nullable Duration dueAge,
    int failed) {}
