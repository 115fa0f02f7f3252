package io.changepost.app.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tables and facts for people. On a terminal they have colours and fit its width; elsewhere nothing
 * is cut. What comes from outside cannot control the terminal.
 */
final class Print {

  private static final int NARROWEST_COLUMN = 10;
  private static final String GAP = "  ";
  private static final Map<String, String> COLOURS =
      Map.of(
          "active",
          "32",
          "delivered",
          "32",
          "sent",
          "32",
          "inactive",
          "31",
          "failed",
          "31",
          "revoked",
          "31",
          "pending",
          "33",
          "paused",
          "33");

  private final PrintWriter out;
  private final boolean colours;
  private final int width;

  /** {@code width} 0 for no limit. */
  Print(PrintWriter out, boolean colours, int width) {
    this.out = out;
    this.colours = colours;
    this.width = width;
  }

  /** A column: its heading, and what a row has there. */
  record Column(String heading, Function<JsonObject, @Nullable Object> value) {

    static Column of(String heading, String field) {
      return new Column(heading, row -> row.getValue(field));
    }
  }

  void line(String text) {
    out.println(
        text.lines()
            .map(Print::harmless)
            .reduce((a, b) -> a + System.lineSeparator() + b)
            .orElse(""));
  }

  /** As the server said it. */
  void raw(String text) {
    out.println(text);
  }

  void table(List<Column> columns, JsonArray items) {
    List<List<String>> rows = new ArrayList<>();
    for (Object item : items) {
      rows.add(columns.stream().map(one -> cell(one.value().apply((JsonObject) item))).toList());
    }
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              columns.get(i).heading().length(),
              rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }
    fit(widths);
    row(columns.stream().map(Column::heading).toList(), widths, true);
    rows.forEach(row -> row(row, widths, false));
  }

  /** The widest column gives way first. */
  private void fit(int[] widths) {
    int gaps = GAP.length() * (widths.length - 1);
    while (width > 0 && Arrays.stream(widths).sum() + gaps > width) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= NARROWEST_COLUMN) {
        return;
      }
      widths[widest]--;
    }
  }

  private void row(List<String> cells, int[] widths, boolean heading) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String text = cells.get(i);
      String shown =
          text.length() <= widths[i] ? text : text.substring(0, Math.max(1, widths[i] - 1)) + "…";
      line.append(i == 0 ? "" : GAP).append(coloured(shown, heading ? "1" : COLOURS.get(text)));
      if (i < widths.length - 1) {
        line.append(" ".repeat(widths[i] - shown.length()));
      }
    }
    out.println(line.toString().stripTrailing());
  }

  private String coloured(String text, @Nullable String colour) {
    return colours && colour != null ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
  }

  /** Each fact on a line of its own; names are padded to the longest. */
  void facts(Map<String, ? extends @Nullable Object> facts) {
    int longest = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach(
        (name, fact) -> {
          String value = cell(fact);
          out.println(
              coloured(String.format(Locale.ROOT, "%-" + (longest + 2) + "s", name), "1")
                  + coloured(value, COLOURS.get(value)));
        });
  }

  /** Times to the second, nothing where there is nothing. */
  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text = value.toString();
    if (text.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z")) {
      return text.substring(0, 19).replace('T', ' ') + "Z";
    }
    return harmless(text).replace("\n", " ");
  }

  /** Without what would steer a terminal; line ends stay, for those who want them. */
  static String harmless(String text) {
    return text.replaceAll(
        "[\\p{Cntrl}&&[^\\n]]|[\\u0080-\\u009f\\u2028\\u2029\\u202a-\\u202e]", "�");
  }
}
