package io.changepost.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups of bars side by side, one group for each label, as SVG. */
final class Bars {

  private static final int WIDTH = 720;
  private static final int LEFT = 250;
  private static final int RIGHT = 70;
  private static final int TOP = 60;
  private static final int BAR = 13;
  private static final int GAP = 12;

  private final String name;
  private final String title;
  private final List<String> series;
  private final Map<String, double[]> groups = new LinkedHashMap<>();

  Bars(String name, String title, String... series) {
    this.name = name;
    this.title = title;
    this.series = List.of(series);
  }

  String name() {
    return name;
  }

  /** Adds a group, a value for each series. */
  void bar(String label, double... values) {
    groups.put(label, values.clone());
  }

  String svg() {
    double most = 0;
    for (double[] values : groups.values()) {
      for (double value : values) {
        most = Math.max(most, value);
      }
    }
    double step = Svg.step(most);
    most = Math.max(step, Math.ceil(most / step) * step);
    int group = BAR * series.size() + GAP;
    int bottom = TOP + group * groups.size();
    Svg svg = new Svg(WIDTH, bottom + 30, title);
    svg.legend(LEFT, 42, series);
    for (double value = 0; value <= most * 1.001; value += step) {
      double x = LEFT + x(value, most);
      svg.line(x, TOP - 4, x, bottom, value == 0 ? "axis" : "line");
      svg.text(x, bottom + 16, "middle", Svg.tick(value), "");
    }
    int y = TOP;
    for (Map.Entry<String, double[]> entry : groups.entrySet()) {
      svg.text(LEFT - 8, y + (group - GAP) / 2.0 + 4, "end", entry.getKey(), "");
      double[] values = entry.getValue();
      for (int i = 0; i < values.length; i++) {
        double width = x(values[i], most);
        svg.add(
            "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"s%d\"/>%n",
            LEFT, y + i * BAR, width, BAR - 2, i % 4);
        svg.text(LEFT + width + 5, y + i * BAR + BAR - 3.0, "start", Table.number(values[i]), "");
      }
      y += group;
    }
    return svg.end();
  }

  private static double x(double value, double most) {
    return (WIDTH - LEFT - RIGHT) * value / most;
  }
}
