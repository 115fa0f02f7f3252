package io.changepost.persistence.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much waits.
 *
 * @param outbox changes not fanned out yet; exact up to 10,000, estimated above
 * @param outboxAge age of the oldest of them, null where there is none
 * @param waiting deliveries not at their end; exact up to 10,000, estimated above
 * @param dueAge how long the one that is due longest waits, of webhooks that may send; null where
 *     none is due
 * @param activeWebhooks webhooks that may send
 * @param inactiveWebhooks webhooks that are switched off
 * @param failingWebhooks active ones whose last attempt failed
 * @param paused whether delivery is paused on all nodes, see {@link DeliveryPause}
 */
public record QueueStats(
    long outbox,
    @Nullable Duration outboxAge,
    long waiting,
    @Nullable Duration dueAge,
    int activeWebhooks,
    int inactiveWebhooks,
    int failingWebhooks,
    boolean paused) {}
