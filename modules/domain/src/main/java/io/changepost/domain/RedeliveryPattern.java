package io.changepost.domain;

import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;

/** Turns the delays of the setting into the {@code delayPattern} of Camel's redelivery policy. */
public final class RedeliveryPattern {

  private RedeliveryPattern() {}

  /**
   * The pattern for those delays in order: 1 min, 15 min and 3 h give {@code
   * 1:60000;2:900000;3:10800000}; no delays give the empty text.
   */
  public static String of(List<Duration> delays) {
    StringJoiner pattern = new StringJoiner(";");
    for (int i = 0; i < delays.size(); i++) {
      pattern.add((i + 1) + ":" + delays.get(i).toMillis());
    }
    return pattern.toString();
  }
}
