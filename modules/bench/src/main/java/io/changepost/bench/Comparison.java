package io.changepost.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Two runs side by side, from their JSON. */
final class Comparison {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Comparison() {}

  /**
   * Lines of text: first what differs between the machines, then each figure of either, with the
   * second by the first.
   *
   * @throws IOException where a file is not there or is no run's
   */
  static List<String> lines(Path before, Path after) throws IOException {
    return lines(read(before), read(after));
  }

  static List<String> lines(JsonNode before, JsonNode after) {
    List<String> lines = new ArrayList<>();
    TreeSet<String> facts = new TreeSet<>();
    before.path("machine").fieldNames().forEachRemaining(facts::add);
    after.path("machine").fieldNames().forEachRemaining(facts::add);
    for (String fact : facts) {
      String one = before.path("machine").path(fact).asText("unknown");
      String other = after.path("machine").path(fact).asText("unknown");
      if (!one.equals(other)) {
        lines.add(fact + ": " + one + " | " + other);
      }
    }
    lines.add(
        String.format(
            "    %-66s %10s %10s %7s  %-15s %s", "what", "a", "b", "b/a", "unit", "shares"));
    Map<String, JsonNode> ones = figures(before);
    Map<String, JsonNode> others = figures(after);
    ones.forEach((name, one) -> lines.add(line(name, one, others.get(name))));
    others.forEach(
        (name, other) -> {
          if (!ones.containsKey(name)) {
            lines.add(line(name, null, other));
          }
        });
    return lines;
  }

  private static String line(String name, @Nullable JsonNode one, @Nullable JsonNode other) {
    String ratio =
        one == null || other == null || one.path("median").asDouble() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "%.2f",
                other.path("median").asDouble() / one.path("median").asDouble());
    JsonNode any = one == null ? other : one;
    return String.format(
            "%-70s %10s %10s %7s  %-15s %s",
            name,
            number(one, "median"),
            number(other, "median"),
            ratio,
            any == null ? "" : any.path("unit").asText(),
            any == null || !any.has("share")
                ? ""
                : number(one, "share") + " | " + number(other, "share"))
        .stripTrailing();
  }

  private static String number(@Nullable JsonNode figure, String field) {
    return figure == null || !figure.has(field) ? "-" : Table.number(figure.path(field).asDouble());
  }

  private static Map<String, JsonNode> figures(JsonNode run) {
    Map<String, JsonNode> figures = new LinkedHashMap<>();
    for (JsonNode figure : run.path("figures")) {
      String what = figure.path("what").asText();
      // The number of threads is what was found on the way, not another thing.
      String name = what.replaceFirst("(bare client), \\d+ threads", "$1");
      figures.put(figure.path("row").asText() + "   " + name, figure);
    }
    return figures;
  }

  private static JsonNode read(Path file) throws IOException {
    JsonNode run = MAPPER.readTree(file.toFile());
    if (run.path("form").asInt() != Report.FORM) {
      throw new IOException(file + " is not what bench --json of this version writes");
    }
    return run;
  }
}
