package io.changepost.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines over labelled steps, as SVG that can be read on light and on dark ground. */
final class Plot {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int LEFT = 60;
  private static final int RIGHT = 110;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final String[] COLOURS = {"#2a78d6", "#d95926", "#1a9c5b", "#8a5cd1"};

  private final String name;
  private final String title;
  private final String across;
  private final String up;
  private final List<String> steps = new ArrayList<>();
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
    if (!steps.contains(step)) {
      steps.add(step);
    }
    lines.computeIfAbsent(line, l -> new ArrayList<>()).add(value);
  }

  String svg() {
    double most = lines.values().stream().flatMap(List::stream).reduce(0.0, Math::max) * 1.1;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
            + " aria-label=\"%s\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#777\">",
        WIDTH,
        HEIGHT,
        title);
    add(svg, "<text x=\"%d\" y=\"20\" font-size=\"15\">%s (%s)</text>", LEFT, title, up);
    for (int i = 0; i <= 4; i++) {
      double value = most * i / 4;
      add(
          svg,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#8884\"/>",
          LEFT,
          WIDTH - RIGHT,
          y(value, most),
          y(value, most));
      add(
          svg,
          "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
          LEFT - 6,
          y(value, most) + 4,
          Table.number(value));
    }
    for (int i = 0; i < steps.size(); i++) {
      add(
          svg,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
          x(i),
          HEIGHT - BOTTOM + 18,
          steps.get(i));
    }
    add(
        svg,
        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 12,
        across);
    int number = 0;
    for (Map.Entry<String, List<Double>> line : lines.entrySet()) {
      line(svg, line.getKey(), line.getValue(), most, COLOURS[number++ % COLOURS.length]);
    }
    return svg.append("</svg>\n").toString();
  }

  private void line(
      StringBuilder svg, String label, List<Double> values, double most, String colour) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      add(points, "%.1f,%.1f ", x(i), y(values.get(i), most));
    }
    add(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
        points.toString().trim(),
        colour);
    int last = values.size() - 1;
    add(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>",
        x(last) + 8,
        y(values.get(last), most) + 4,
        colour,
        label);
  }

  private double x(int step) {
    int room = WIDTH - LEFT - RIGHT;
    return steps.size() == 1 ? LEFT + room / 2.0 : LEFT + room * (double) step / (steps.size() - 1);
  }

  private static double y(double value, double most) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / (most == 0 ? 1 : most);
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
