package io.changepost.persistence.delivery;

import io.changepost.domain.MessageId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as a list shows it.
 *
 * @param id the message's id
 * @param object what the change is about
 * @param action what happened
 * @param objectId the object's id
 * @param state where it stands
 * @param reason why it failed, null unless it did
 * @param round of attempts, from 1
 * @param attemptCount attempts of this round whose outcome is known
 * @param nextAttemptAt when the next is due, null once it ended
 * @param createdAt when the change was captured
 * @param finishedAt when it ended, null while it waits
 * @param star the fact that fan-out judged by
 */
public record DeliveryRow(
    MessageId id,
    String object,
    String action,
    String objectId,
    DeliveryState state,
    @Nullable String reason,
    int round,
    int attemptCount,
    @Nullable Instant nextAttemptAt,
    Instant createdAt,
    @Nullable Instant finishedAt,
    @Nullable String star) {}
