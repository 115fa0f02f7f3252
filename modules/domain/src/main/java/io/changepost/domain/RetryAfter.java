package io.changepost.domain;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Retry-After} of an answer (RFC 9110, section 10.2.3): seconds or a date. */
public final class RetryAfter {

  /** What longer waits are cut to; far above what is ever granted. */
  static final Duration LONGEST = Duration.ofDays(365);

  private static final int LONGEST_DATE = 40;
  private static final List<DateTimeFormatter> DATES =
      List.of(
          DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss 'GMT'", Locale.US),
          new DateTimeFormatterBuilder()
              .appendPattern("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
              .appendPattern(" HH:mm:ss 'GMT'")
              .toFormatter(Locale.US),
          DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US));

  private RetryAfter() {}

  /**
   * How long the endpoint asks us to wait, counted from {@code now}; zero for a moment that is
   * past, empty where nothing can be read from it. Never throws, whatever the text is.
   */
  public static Optional<Duration> parse(@Nullable String text, Instant now) {
    if (text == null) {
      return Optional.empty();
    }
    String value = text.trim();
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(seconds(value));
    }
    return value.length() > LONGEST_DATE ? Optional.empty() : date(value, now);
  }

  private static Duration seconds(String digits) {
    int zeros = 0;
    while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
      zeros++;
    }
    if (digits.length() - zeros > 8) {
      return LONGEST;
    }
    return shorter(Duration.ofSeconds(Long.parseLong(digits, zeros, digits.length(), 10)));
  }

  private static Optional<Duration> date(String value, Instant now) {
    for (DateTimeFormatter format : DATES) {
      try {
        Instant until = LocalDateTime.parse(value, format).toInstant(ZoneOffset.UTC);
        Duration wait = Duration.between(now, until);
        return Optional.of(wait.isNegative() ? Duration.ZERO : shorter(wait));
      } catch (DateTimeException | ArithmeticException notThisFormat) {
        // The next format may fit; a text that fits none says nothing.
      }
    }
    return Optional.empty();
  }

  private static Duration shorter(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
  }
}
