package io.changepost.app.cli;

import io.changepost.domain.DurationText;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as a person gives it: {@code 2026-11-23T08:00:00Z}, or how long ago: {@code 3h}. */
final class TimeOption implements ITypeConverter<Instant> {

  private final Clock clock;

  TimeOption() {
    this(Clock.systemUTC());
  }

  TimeOption(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Instant convert(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notATime) {
      try {
        return clock.instant().minus(DurationText.parse(text)).truncatedTo(ChronoUnit.SECONDS);
      } catch (IllegalArgumentException neither) {
        throw new TypeConversionException(
            "'"
                + text
                + "' is neither a time such as 2026-11-23T08:00:00Z nor a duration such as 3h");
      }
    }
  }
}
