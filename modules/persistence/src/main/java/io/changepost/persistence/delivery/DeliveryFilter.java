package io.changepost.persistence.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which deliveries of a webhook to list.
 *
 * @param state only these, null for all
 * @param since only changes captured then or later
 * @param until only changes captured before
 * @param before only changes with a lower id: the cursor, null for the newest
 * @param limit rows at most
 */
public record DeliveryFilter(
    @Nullable DeliveryState state,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Long before,
    int limit) {}
