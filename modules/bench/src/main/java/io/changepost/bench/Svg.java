package io.changepost.bench;

import java.util.Locale;

/** A picture under way, whose colours suit a light and a dark ground. */
final class Svg {

  /** Colours that are told apart on both grounds, also by most who are colour-blind. */
  private static final String STYLE =
      """
      <style>
        text { fill: #333 } .line { stroke: #0002 } .axis { stroke: #0008 }
        .s0 { fill: #1f6fcc; stroke: #1f6fcc } .s1 { fill: #c65a00; stroke: #c65a00 }
        .s2 { fill: #1b8a52; stroke: #1b8a52 } .s3 { fill: #8250c4; stroke: #8250c4 }
        polyline { fill: none !important; stroke-width: 2 }
        rect, circle { stroke: none !important }
        @media (prefers-color-scheme: dark) {
          text { fill: #ddd } .line { stroke: #fff2 } .axis { stroke: #fff8 }
          .s0 { fill: #6aa9f4; stroke: #6aa9f4 } .s1 { fill: #f0883e; stroke: #f0883e }
          .s2 { fill: #56c78b; stroke: #56c78b } .s3 { fill: #b08cf0; stroke: #b08cf0 }
        }
      </style>
      """;

  private final StringBuilder text = new StringBuilder();

  Svg(int width, int height, String title) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\" font-family=\"system-ui, sans-serif\" font-size=\"12\">%n",
        width, height, escaped(title));
    text.append(STYLE);
    text(12, 20, "start", title, " font-size=\"15\"");
  }

  void add(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }

  void text(double x, double y, String anchor, String words, String more) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
        x, y, anchor, more, escaped(words));
  }

  void line(double x1, double y1, double x2, double y2, String kind) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
        x1, y1, x2, y2, kind);
  }

  /** The names of the series with their colours, in a row. */
  void legend(int x, int y, Iterable<String> names) {
    double at = x;
    int number = 0;
    for (String name : names) {
      add(
          "<rect x=\"%.1f\" y=\"%d\" width=\"10\" height=\"10\" class=\"s%d\"/>%n",
          at, y - 9, number++ % 4);
      text(at + 15, y, "start", name, "");
      at += 35 + 6.5 * name.length();
    }
  }

  /** The step of an axis that makes four or five round parts of it. */
  static double step(double most) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-9) / 4)));
    for (double factor : new double[] {1, 2, 2.5, 5, 10}) {
      if (most / (factor * power) <= 5) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  /** A number at an axis. */
  static String tick(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.3f", value).replaceFirst("0+$", "");
  }

  String end() {
    return text.append("</svg>\n").toString();
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
