package io.changepost.domain;

import java.util.Arrays;
import java.util.Optional;

/** How an organization marked its relation with a company. */
public enum Star {
  /** Preferred. */
  GREEN("green"),
  /** Known. */
  GOLD("gold"),
  /** No business. */
  BLACK("black"),
  /** No star: not a contact, so nothing is sent. */
  NONE("none");

  private final String word;

  Star(String word) {
    this.word = word;
  }

  /** The word in tables and the API. */
  public String word() {
    return word;
  }

  /** True where the relation makes the company a contact. */
  public boolean isContact() {
    return this != NONE;
  }

  /** The star of that word, letter by letter; empty for any other. */
  public static Optional<Star> of(String word) {
    return Arrays.stream(values()).filter(star -> star.word.equals(word)).findFirst();
  }
}
