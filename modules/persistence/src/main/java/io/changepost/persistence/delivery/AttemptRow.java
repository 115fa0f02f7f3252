package io.changepost.persistence.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An attempt as it was recorded.
 *
 * @param round of the delivery
 * @param number within the round, from 1
 * @param at when it began
 * @param duration until the status line or the error
 * @param status the HTTP status, null where none came
 * @param error a fixed word, null on success
 * @param responseBody the first 2 KiB of the answer
 */
public record AttemptRow(
    int round,
    int number,
    Instant at,
    Duration duration,
    @Nullable Integer status,
    @Nullable String error,
    @Nullable String responseBody) {}
