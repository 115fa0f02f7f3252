package io.changepost.app.cli;

import org.jspecify.annotations.Nullable;

/** How wide the terminal is. */
final class Terminal {

  private static final int USUAL = 100;
  private static final int NARROWEST = 60;

  private Terminal() {}

  /** From the variable {@code COLUMNS}, which the launcher sets. */
  static int columns(@Nullable String variable) {
    return variable != null && variable.matches("[0-9]{1,4}")
        ? Math.max(NARROWEST, Integer.parseInt(variable))
        : USUAL;
  }
}
