package io.changepost.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines over labelled steps, as SVG. */
final class Plot {

  private static final int WIDTH = 680;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int TOP = 60;
  private static final int BOTTOM = 50;

  private final String name;
  private final String title;
  private final String across;
  private final String up;
  private final Map<String, String> steps = new LinkedHashMap<>();
  private final Map<String, List<Double>> lines = new LinkedHashMap<>();

  Plot(String name, String title, String across, String up) {
    this.name = name;
    this.title = title;
    this.across = across;
    this.up = up;
  }

  String name() {
    return name;
  }

  /** Adds a point; the points of a line come in the order of the steps. */
  void point(String line, String step, double value) {
    point(line, step, step, value);
  }

  /**
   * The same with another label at the axis.
   *
   * @param label empty for none
   */
  void point(String line, String step, String label, double value) {
    steps.put(step, label);
    lines.computeIfAbsent(line, l -> new ArrayList<>()).add(value);
  }

  String svg() {
    double highest = lines.values().stream().flatMap(List::stream).reduce(0.0, Math::max);
    double step = Svg.step(highest);
    double most = Math.max(step, Math.ceil(highest / step) * step);
    Svg svg = new Svg(WIDTH, HEIGHT, title + " (" + up + ")");
    svg.legend(LEFT, 42, lines.keySet());
    for (double value = 0; value <= most * 1.001; value += step) {
      double y = y(value, most);
      svg.line(LEFT, y, WIDTH - RIGHT, y, value == 0 ? "axis" : "line");
      svg.text(LEFT - 8, y + 4, "end", Svg.tick(value), "");
    }
    int place = 0;
    for (String label : steps.values()) {
      svg.text(x(place++), HEIGHT - BOTTOM + 18, "middle", label, "");
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", across, "");
    int number = 0;
    for (List<Double> values : lines.values()) {
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < values.size(); i++) {
        points.append(Math.round(x(i))).append(',').append(Math.round(y(values.get(i), most)));
        points.append(' ');
      }
      svg.add("<polyline points=\"%s\" class=\"s%d\"/>%n", points.toString().trim(), number % 4);
      for (int i = 0; i < values.size(); i++) {
        svg.add(
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" class=\"s%d\"/>%n",
            x(i), y(values.get(i), most), number % 4);
      }
      number++;
    }
    return svg.end();
  }

  private double x(int step) {
    int room = WIDTH - LEFT - RIGHT - 40;
    return LEFT + 20 + (steps.size() == 1 ? room / 2.0 : room * (double) step / (steps.size() - 1));
  }

  private static double y(double value, double most) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
  }
}
