package io.changepost.app;

import java.util.LinkedHashSet;
import java.util.Set;

/** A failure and what it comes from, as one line that a person can act on. */
final class Causes {

  private static final int LONGEST = 1_000;

  private Causes() {}

  static String oneLine(Throwable failure) {
    Set<String> told = new LinkedHashSet<>();
    for (Throwable one = failure; one != null; one = one.getCause()) {
      String message = one.getMessage() == null ? one.getClass().getSimpleName() : one.getMessage();
      String line = message.replaceAll("\\s+", " ").strip();
      // Many wrap their cause's words in their own.
      if (told.stream().noneMatch(known -> known.contains(line))) {
        told.add(line);
      }
    }
    String all = String.join(": ", told);
    return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "…";
  }
}
