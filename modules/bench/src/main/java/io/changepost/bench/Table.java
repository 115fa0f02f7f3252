package io.changepost.bench;

import java.util.Locale;

/** Figures as lines of text. */
final class Table {

  private Table() {}

  static String head() {
    return String.format(
        Locale.ROOT,
        "    %-66s %10s  %-15s %-22s %s",
        "what",
        "median",
        "unit",
        "least - most (runs)",
        "share of");
  }

  static String line(Figure figure) {
    return String.format(
        Locale.ROOT,
        "%-3s %-66s %10s  %-15s %-22s %s",
        figure.row(),
        figure.what(),
        number(figure.sample().median()),
        figure.unit(),
        spread(figure.sample()),
        share(figure));
  }

  /** Empty where there was one run. */
  static String spread(Sample sample) {
    return sample.runs() == 1
        ? ""
        : number(sample.least()) + " - " + number(sample.most()) + " (" + sample.runs() + ")";
  }

  static String share(Figure figure) {
    Figure.Share share = figure.share();
    if (share == null) {
      return "";
    }
    String text = String.format(Locale.ROOT, "%.2f of %s", share.sample().median(), share.of());
    return share.sample().runs() == 1
        ? text
        : text
            + String.format(
                Locale.ROOT, ", %.2f - %.2f", share.sample().least(), share.sample().most());
  }

  /** Whole where it is large, with two digits behind the point where it is small. */
  static String number(double value) {
    return value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.2f", value);
  }
}
