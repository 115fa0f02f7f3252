package io.changepost.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt came to, before anything is decided.
 *
 * @param at when the attempt began, by the database's clock
 * @param duration from the first step to the status line or the error
 * @param status the HTTP status, null where none came within the deadline
 * @param error a fixed word such as {@code timeout}, {@code connect}, {@code status 500}; null on
 *     success
 * @param ours true where the failure is our own and must not count against the endpoint
 * @param notBegun true where it is certain that nothing of the request was sent, because of a lack
 *     of ours: of files, of connections, of a resolver
 * @param retryAfter what the endpoint asked us to wait, null where it did not
 * @param body the first 2 KiB of the answer as text without NUL; null where there was none
 */
public record Answer(
    Instant at,
    Duration duration,
    @Nullable Integer status,
    @Nullable String error,
    boolean ours,
    boolean notBegun,
    @Nullable Duration retryAfter,
    @Nullable String body) {

  /** Refuses an attempt that was not begun and yet is answered, or another's fault. */
  public Answer {
    if (notBegun && (!ours || status != null)) {
      throw new IllegalArgumentException("what was not begun has no answer and is our own failure");
    }
  }

  /** What an attempt came to that was begun, as far as anybody can tell. */
  public Answer(
      Instant at,
      Duration duration,
      @Nullable Integer status,
      @Nullable String error,
      boolean ours,
      @Nullable Duration retryAfter,
      @Nullable String body) {
    this(at, duration, status, error, ours, false, retryAfter, body);
  }

  /** True for a status of 200 to 299. */
  public boolean isSuccess() {
    return status != null && status >= 200 && status <= 299;
  }
}
