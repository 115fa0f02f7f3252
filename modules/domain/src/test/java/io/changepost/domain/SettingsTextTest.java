package io.changepost.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTextTest {

  private static final Instant NOW = Instant.parse("2026-11-23T08:45:57.5Z");

  @ParameterizedTest
  @CsvSource({
    "200ms, 200",
    "15s, 15000",
    "5m, 300000",
    "3h, 10800000",
    "3d, 259200000",
    "0s, 0",
    "' 1s ', 1000",
    "0000005s, 5000",
    "36500d, 3153600000000"
  })
  void a_duration_is_a_number_and_a_unit(String text, long millis) {
    assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "5", "s", "-1s", "+1s", "1.5s", "1 s", "1S", "1w", "1y", "PT1S", "1m30s", "٣s",
        "1ms1", "ms", "0x1s", "1e3s"
      })
  void anything_else_is_refused_with_the_text_and_an_example(String text) {
    assertThatThrownBy(() -> DurationText.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'")
        .hasMessageContaining("15s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"36501d", "999999999999999999999d", "9223372036854775807s", "99999999999999d"})
  void what_no_clock_reaches_is_refused(String text) {
    assertThatThrownBy(() -> DurationText.parse(text)).hasMessageContaining("36500d");
  }

  @ParameterizedTest
  @CsvSource({
    "200ms, 200ms",
    "1000ms, 1s",
    "60s, 1m",
    "90s, 90s",
    "120m, 2h",
    "24h, 1d",
    "25h, 25h",
    "0d, 0s"
  })
  void a_duration_is_written_in_its_largest_unit(String text, String written) {
    assertThat(DurationText.format(DurationText.parse(text))).isEqualTo(written);
  }

  @Test
  void what_is_written_is_read_back() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      Duration duration = Duration.ofMillis(random.nextLong(3_153_600_000_000L));
      assertThat(DurationText.parse(DurationText.format(duration))).isEqualTo(duration);
    }
  }

  @Test
  void a_list_of_durations_becomes_camels_pattern() {
    assertThat(RedeliveryPattern.of(DurationText.parseList("1m, 15m,3h")))
        .isEqualTo("1:60000;2:900000;3:10800000");
    assertThat(RedeliveryPattern.of(List.of())).isEmpty();
    assertThat(DurationText.parseList(" ")).isEmpty();
    assertThatThrownBy(() -> DurationText.parseList("1m,,3h"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "5 | 5",
        "0 | 0",
        "' 120 ' | 120",
        "86400 | 86400",
        "000000000000000007 | 7",
        "31536000 | 31536000",
        "99999999 | 31536000",
        "99999999999999999999999999 | 31536000",
        "Mon, 23 Nov 2026 08:46:57 GMT | 59",
        "Mon, 23 Nov 2026 08:00:00 GMT | 0",
        "Fri, 01 Jan 2100 00:00:00 GMT | 31536000",
        "Monday, 23-Nov-26 08:46:57 GMT | 59",
        "Mon Nov 23 08:46:57 2026 | 59",
        "Tue Dec  1 08:45:58 2026 | 691200"
      })
  void retry_after_is_seconds_or_a_date(String text, long seconds) {
    assertThat(RetryAfter.parse(text, NOW).orElseThrow().toSeconds()).isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "-1",
        "+5",
        "1.5",
        "5s",
        "soon",
        "1,2",
        "0x10",
        "٣",
        "Mon, 23 Nov 2026",
        "Mon, 99 Nov 2026 08:46:57 GMT",
        "Tue, 23 Nov 2026 08:46:57 GMT",
        "Mon, 23 Nov 2026 08:46:57 CET",
        "+999999999-01-01T00:00:00Z"
      })
  void anything_else_in_retry_after_says_nothing(String text) {
    assertThat(RetryAfter.parse(text, NOW)).isEmpty();
  }

  @Test
  void retry_after_survives_absurd_lengths_and_nothing() {
    assertThat(RetryAfter.parse("9".repeat(1_000_000), NOW)).contains(Duration.ofDays(365));
    assertThat(RetryAfter.parse("x".repeat(1_000_000), NOW)).isEmpty();
    assertThat(RetryAfter.parse(null, NOW)).isEmpty();
    Random random = new Random(2);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        text.append("0123456789 ,:-MonNvGT".charAt(random.nextInt(21)));
      }
      RetryAfter.parse(text.toString(), NOW)
          .ifPresent(wait -> assertThat(wait).isBetween(Duration.ZERO, Duration.ofDays(365)));
    }
  }
}
