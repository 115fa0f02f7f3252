package io.changepost.routing;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The word that was probably meant by one that is not known. */
public final class Nearest {

  /** One in so many letters may be wrong; in short words one. */
  private static final int LETTERS_PER_SLIP = 4;

  private static final int MOST_LISTED = 25;

  private Nearest() {}

  /** The known word that looks most like {@code wrong}, where one looks like it at all. */
  public static Optional<String> to(String wrong, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(word -> distance(word, wrong)))
        .filter(word -> distance(word, wrong) <= Math.max(1, wrong.length() / LETTERS_PER_SLIP));
  }

  /** What to do, as a clause: {@code did you mean period?}, or else what is given. */
  public static String advice(String wrong, Collection<String> known, String otherwise) {
    return to(wrong, known).map(word -> "did you mean " + word + "?").orElse(otherwise);
  }

  /** In their order, as a sentence has them; of very many the first ones. */
  public static String listed(Collection<String> words) {
    String first = String.join(", ", words.stream().sorted().limit(MOST_LISTED).toList());
    return words.size() <= MOST_LISTED
        ? first
        : first + " and " + (words.size() - MOST_LISTED) + " more";
  }

  /**
   * How many letters must be put in, left out, replaced or swapped with the next to make one of the
   * other.
   */
  public static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(rows[i - 1][j], rows[i][j - 1]) + 1;
        least = Math.min(least, rows[i - 1][j - 1] + change);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        rows[i][j] = swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
      }
    }
    return rows[a.length()][b.length()];
  }
}
