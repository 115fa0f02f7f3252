package io.changepost.domain;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Durations as people write them in settings: a whole number and a unit, {@code 200ms}, {@code
 * 15s}, {@code 5m}, {@code 3h}, {@code 3d}. A day is 24 hours.
 */
public final class DurationText {

  private static final long LONGEST_MILLIS = Duration.ofDays(36_500).toMillis();

  private DurationText() {}

  /**
   * Reads one duration.
   *
   * @throws IllegalArgumentException that shows the text and how to write it
   */
  public static Duration parse(String text) {
    String trimmed = text.trim();
    int digits = 0;
    while (digits < trimmed.length() && isDigit(trimmed.charAt(digits))) {
      digits++;
    }
    long unit = unitMillis(trimmed.substring(digits));
    if (digits == 0 || unit == 0) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no duration; write a whole number and a unit, such as 200ms, 15s, 5m,"
              + " 3h or 3d");
    }
    if (digits > 15 || Long.parseLong(trimmed, 0, digits, 10) > LONGEST_MILLIS / unit) {
      throw new IllegalArgumentException("'" + text + "' is longer than 36500d");
    }
    return Duration.ofMillis(Long.parseLong(trimmed, 0, digits, 10) * unit);
  }

  /** Reads durations separated by commas, such as {@code 1m, 15m, 3h}; blank text gives none. */
  public static List<Duration> parseList(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    return Arrays.stream(text.split(",", -1)).map(DurationText::parse).toList();
  }

  /** Writes a duration in the largest unit that keeps it exact to the millisecond. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    for (String unit : List.of("d", "h", "m", "s")) {
      if (millis != 0 && millis % unitMillis(unit) == 0) {
        return millis / unitMillis(unit) + unit;
      }
    }
    return millis == 0 ? "0s" : millis + "ms";
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Zero for what is no unit. */
  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1_000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      default -> 0;
    };
  }
}
