package io.changepost.persistence.delivery;

import java.util.Arrays;
import java.util.Optional;

/** What a replay takes. */
public enum Which {
  /** Deliveries that ended as failed. */
  FAILED("failed"),
  /** Matching changes that the webhook got no delivery of. */
  MISSED("missed"),
  /** Both, and what was delivered. */
  ALL("all");

  private final String word;

  Which(String word) {
    this.word = word;
  }

  /** The word in the API. */
  public String word() {
    return word;
  }

  /** The choice of that word, letter by letter; empty for any other. */
  public static Optional<Which> of(String word) {
    return Arrays.stream(values()).filter(which -> which.word.equals(word)).findFirst();
  }
}
