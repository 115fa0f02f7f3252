package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code docs/reliability.md} as earlier runs left it, so that the table can be made in several.
 */
final class Page {

  static final Path FILE = Product.root().resolve("docs/reliability.md");
  static final String BEGIN = "<!-- from here on written by the matrix -->";

  private final String text;

  private Page(String text) {
    this.text = text;
  }

  static Page read() throws IOException {
    return new Page(Files.readString(FILE));
  }

  /** What people wrote above the tables. */
  String above() {
    int begin = text.indexOf(BEGIN);
    return begin < 0 ? text + "\n" : text.substring(0, begin);
  }

  /** The paragraph that begins so; empty where there is none. */
  String paragraph(String beginning) {
    return text.lines().filter(line -> line.startsWith(beginning)).findFirst().orElse("");
  }

  /** What was found of those rows before. One whose fault was worded otherwise was another. */
  Map<Trial, Finding> findings(List<Trial> trials) {
    Map<String, List<String>> rows = new LinkedHashMap<>();
    text.lines()
        .filter(line -> line.matches("\\| [A-Z][0-9]+ \\|.*"))
        .map(Page::cells)
        .forEach(cells -> rows.put(cells.get(0), cells));
    Map<Trial, Finding> all = new LinkedHashMap<>();
    for (Trial trial : trials) {
      List<String> cells = rows.get(trial.id());
      boolean same = cells != null && cells.size() == 5 && cells.get(1).equals(cell(trial.fault()));
      all.put(
          trial,
          same && cells != null
              ? finding(cells.get(3), cells.get(4))
              : Finding.notTried("not run yet"));
    }
    return all;
  }

  /** Text as a cell of a table, on one line and of a bounded length. */
  static String cell(String text) {
    String line = text.replaceAll("\\s+", " ").replace("|", "/").strip();
    return line.length() > 400 ? line.substring(0, 400) + " …" : line;
  }

  static String result(Finding finding) {
    return switch (finding.verdict()) {
      case HELD -> "held";
      case SHORT -> "**short**: " + cell(finding.remark());
      case NOT_TRIED -> "not tried: " + cell(finding.remark());
    };
  }

  private static Finding finding(String result, String figure) {
    if (result.equals("held")) {
      return Finding.held(figure);
    }
    String remark = result.replaceFirst("^[^:]*: ", "");
    return result.startsWith("not tried")
        ? Finding.notTried(remark)
        : Finding.fallsShort(figure, remark);
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : line.substring(1, line.length() - 1).split("\\|", -1)) {
      cells.add(cell.strip());
    }
    return cells;
  }
}
