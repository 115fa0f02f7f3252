package io.changepost.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecideOutcomeTest {

  private static final List<Duration> STEPS =
      List.of(Duration.ofMinutes(1), Duration.ofMinutes(15), Duration.ofHours(3));
  private static final DecideOutcome DECIDE = new DecideOutcome(STEPS, 0.2, Duration.ofHours(1));

  private static final Duration SOON = Duration.ofMillis(30);

  private static Answer answer(@Nullable Integer status, @Nullable Duration retryAfter) {
    return new Answer(
        Instant.EPOCH,
        Duration.ofMillis(5),
        status,
        status == null ? "timeout" : "status " + status,
        false,
        retryAfter,
        null);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 226, 299})
  void any_2xx_delivers_on_any_attempt(int status) {
    for (int number = 1; number <= 4; number++) {
      assertThat(DECIDE.after(number, SOON, answer(status, null), 0.5))
          .isEqualTo(new Outcome.Delivered());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 199, 300, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503, 599})
  void any_other_status_is_tried_three_times_more(int status) {
    assertThat(DECIDE.after(1, SOON, answer(status, null), 0.5))
        .isEqualTo(new Outcome.DueAgain(STEPS.get(0)));
    assertThat(DECIDE.after(2, SOON, answer(status, null), 0.5))
        .isEqualTo(new Outcome.DueAgain(STEPS.get(1)));
    assertThat(DECIDE.after(3, SOON, answer(status, null), 0.5))
        .isEqualTo(new Outcome.DueAgain(STEPS.get(2)));
    assertThat(DECIDE.after(4, SOON, answer(status, null), 0.5))
        .isEqualTo(new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  @Test
  void no_status_is_tried_again_like_a_bad_one() {
    assertThat(DECIDE.after(1, SOON, answer(null, null), 0.5))
        .isEqualTo(new Outcome.DueAgain(Duration.ofMinutes(1)));
    assertThat(DECIDE.after(4, SOON, answer(null, null), 0.5))
        .isEqualTo(new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void gone_ends_it_on_any_attempt(int number) {
    assertThat(DECIDE.after(number, SOON, answer(410, Duration.ofHours(1)), 0.5))
        .isEqualTo(new Outcome.Gone());
  }

  @ParameterizedTest(name = "step of attempt {0}, asked {1} s, waits {2} s")
  @CsvSource({
    "1, 0, 60",
    "1, 5, 60",
    "1, 61, 61",
    "1, 3599, 3599",
    "1, 3600, 3600",
    "1, 3601, 3600",
    "1, 86400, 3600",
    "2, 60, 900",
    "2, 1800, 1800",
    "3, 3600, 10800",
    "3, 999999, 10800",
    "1, -5, 60"
  })
  void retry_after_lengthens_a_step_up_to_one_hour(int number, long asked, long waits) {
    assertThat(DECIDE.after(number, SOON, answer(503, Duration.ofSeconds(asked)), 0.5))
        .isEqualTo(new Outcome.DueAgain(Duration.ofSeconds(waits)));
  }

  @Test
  void jitter_stays_within_a_fifth_and_grows_with_the_spread() {
    for (int number = 1; number <= 3; number++) {
      long step = STEPS.get(number - 1).toMillis();
      long last = 0;
      for (int i = 0; i < 1000; i++) {
        Outcome outcome = DECIDE.after(number, SOON, answer(500, null), i / 1000.0);
        long millis = ((Outcome.DueAgain) outcome).delay().toMillis();
        assertThat(millis).isBetween(step * 8 / 10, step * 12 / 10).isGreaterThanOrEqualTo(last);
        last = millis;
      }
    }
  }

  private static Answer notBegun() {
    return new Answer(
        Instant.EPOCH, Duration.ofMillis(5), null, "internal", true, true, null, null);
  }

  @ParameterizedTest(name = "attempt {0} not begun, {1} s after the change, waits {2} s")
  @CsvSource({
    "1, 0, 5",
    "1, 3, 5",
    "1, 10, 5",
    "1, 11, 5.5",
    "1, 60, 30",
    "2, 1800, 900",
    "3, 3599, 1799.5",
    "4, 600, 300",
    "1, -86400, 5"
  })
  void what_was_not_begun_uses_up_no_attempt_of_a_young_message(
      int number, long age, double waits) {
    assertThat(DECIDE.after(number, Duration.ofSeconds(age), notBegun(), 0.5))
        .isEqualTo(new Outcome.NotBegun(Duration.ofMillis(Math.round(waits * 1000))));
  }

  @Test
  void those_that_were_not_begun_at_once_come_again_one_after_the_other() {
    Duration age = Duration.ofSeconds(60);
    assertThat(DECIDE.after(1, age, notBegun(), 0))
        .isEqualTo(new Outcome.NotBegun(Duration.ofSeconds(24)));
    assertThat(DECIDE.after(1, age, notBegun(), 0.75))
        .isEqualTo(new Outcome.NotBegun(Duration.ofSeconds(33)));
  }

  @Test
  void what_was_not_begun_for_an_hour_ends_as_all_failures_do() {
    Duration hour = Duration.ofHours(1);
    assertThat(DECIDE.after(1, hour, notBegun(), 0.5))
        .isEqualTo(new Outcome.DueAgain(STEPS.get(0)));
    assertThat(DECIDE.after(3, hour.plusDays(2), notBegun(), 0.5))
        .isEqualTo(new Outcome.DueAgain(STEPS.get(2)));
    assertThat(DECIDE.after(4, hour, notBegun(), 0.5))
        .isEqualTo(new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  @Test
  void an_attempt_that_was_begun_counts_though_the_fault_was_ours() {
    Answer ours =
        new Answer(Instant.EPOCH, Duration.ofMillis(5), null, "internal", true, null, null);
    assertThat(DECIDE.after(1, SOON, ours, 0.5)).isEqualTo(new Outcome.DueAgain(STEPS.get(0)));
  }

  @Test
  void nothing_that_was_not_begun_was_answered_or_is_the_endpoints_fault() {
    assertThatThrownBy(
            () -> new Answer(Instant.EPOCH, SOON, null, "connect", false, true, null, null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new Answer(Instant.EPOCH, SOON, 503, "status 503", true, true, null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void without_delays_the_first_failure_is_the_last() {
    DecideOutcome once = new DecideOutcome(List.of(), 0, Duration.ZERO);
    assertThat(once.after(1, SOON, answer(500, null), 0))
        .isEqualTo(new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  @Test
  void refuses_jitter_and_delays_that_make_no_sense() {
    for (double jitter : new double[] {-0.1, 1, 2, Double.NaN}) {
      assertThatThrownBy(() -> new DecideOutcome(STEPS, jitter, Duration.ZERO))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new DecideOutcome(List.of(Duration.ofSeconds(-1)), 0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
