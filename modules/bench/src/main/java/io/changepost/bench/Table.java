package io.changepost.bench;

import java.util.Locale;

/** Figures as lines for people. */
final class Table {

  private Table() {}

  static String head() {
    return String.format(
        Locale.ROOT, "    %-68s %12s  %-15s %s", "what", "figure", "unit", "share of");
  }

  static String line(Figure figure) {
    Double share = figure.share();
    return String.format(
        Locale.ROOT,
        "%-3s %-68s %12s  %-15s %s",
        figure.row(),
        figure.what(),
        number(figure.value()),
        figure.unit(),
        share == null ? "" : String.format(Locale.ROOT, "%.2f of %s", share, figure.reference()));
  }

  /** Whole where it is large, with two digits behind the point where it is small. */
  static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
