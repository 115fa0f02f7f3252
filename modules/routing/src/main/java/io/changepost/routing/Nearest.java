package io.changepost.routing;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The word that was probably meant by one that is not known. */
public final class Nearest {

  private static final int SLIPS = 3;

  private Nearest() {}

  /** The known word that looks most like {@code wrong}, where one looks like it at all. */
  public static Optional<String> to(String wrong, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(word -> distance(word, wrong)))
        .filter(word -> distance(word, wrong) <= Math.max(SLIPS, wrong.length() / 4));
  }

  /** What to do, as a clause: {@code did you mean period?}, or all the words there are. */
  public static String advice(String wrong, Collection<String> known) {
    return to(wrong, known)
        .filter(word -> distance(word, wrong) < wrong.length())
        .map(word -> "did you mean " + word + "?")
        .orElseGet(() -> "there are " + String.join(", ", known.stream().sorted().toList()));
  }

  /** How many letters must be put in, left out or replaced to make one of the other. */
  public static int distance(String a, String b) {
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
      }
      last = row;
    }
    return last[b.length()];
  }
}
