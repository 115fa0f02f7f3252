package io.changepost.domain;

import java.util.Arrays;
import java.util.Optional;

/** What happened to an object. */
public enum Action {
  /** It came to be: {@code previous} is null. */
  CREATE("create"),
  /** It changed: both sides are there. */
  UPDATE("update"),
  /** It went: {@code current} is null. */
  DELETE("delete");

  private final String word;

  Action(String word) {
    this.word = word;
  }

  /** The word in messages, tables and the API. */
  public String word() {
    return word;
  }

  /** The action of that word, letter by letter; empty for any other. */
  public static Optional<Action> of(String word) {
    return Arrays.stream(values()).filter(action -> action.word.equals(word)).findFirst();
  }
}
