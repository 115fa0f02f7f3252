package io.changepost.persistence.delivery;

import java.util.Arrays;
import java.util.Optional;

/** Where a delivery stands, as people see it. */
public enum DeliveryState {
  /** Waiting, or being attempted. */
  PENDING("pending"),
  /** Answered with 2xx. */
  DELIVERED("delivered"),
  /** Ended otherwise; the reason says why. */
  FAILED("failed");

  private final String word;

  DeliveryState(String word) {
    this.word = word;
  }

  /** The word in the API and, but for pending, in the table. */
  public String word() {
    return word;
  }

  /** The state of that word, letter by letter; empty for any other. */
  public static Optional<DeliveryState> of(String word) {
    return Arrays.stream(values()).filter(state -> state.word.equals(word)).findFirst();
  }
}
