package io.changepost.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Writes what was measured.
 *
 * @param facts of the machine and the settings
 */
record Report(Map<String, String> facts, Bench bench) {

  /** The form of the JSON, which is described in docs/performance.md; grows when a field goes. */
  static final int FORM = 1;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** What the machine was and what is missing, as lines of text. */
  void heading() {
    facts.forEach((name, value) -> System.out.println(name + ": " + value));
    bench.leftOut().forEach(line -> System.out.println("left out of " + line));
  }

  /** As JSON, so that two runs can be compared. */
  void json(Path file) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("form", FORM);
    root.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    root.put("quick", bench.isQuick());
    ObjectNode machine = root.putObject("machine");
    facts.forEach(machine::put);
    ArrayNode leftOut = root.putArray("leftOut");
    bench.leftOut().forEach(leftOut::add);
    ArrayNode list = root.putArray("figures");
    for (Figure figure : bench.figures()) {
      ObjectNode node = list.addObject();
      node.put("row", figure.row()).put("what", figure.what()).put("unit", figure.unit());
      put(node, figure.sample(), "median", "least", "most");
      node.put("runs", figure.sample().runs());
      Figure.Share share = figure.share();
      if (share != null) {
        put(node, share.sample(), "share", "leastShare", "mostShare");
        node.put("of", share.of());
      }
    }
    Files.writeString(file, MAPPER.writeValueAsString(root) + "\n");
  }

  private static void put(
      ObjectNode node, Sample sample, String median, String least, String most) {
    node.put(median, rounded(sample.median()));
    node.put(least, rounded(sample.least()));
    node.put(most, rounded(sample.most()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /**
   * As tables and pictures for the documentation, each between two marks of the page: what the soak
   * showed stands apart, so that the rest can be measured again without it.
   */
  void page(Path page) throws IOException {
    String text = Files.readString(page);
    for (Part part : Part.values()) {
      List<Figure> figures =
          bench.figures().stream().filter(figure -> Part.of(figure.row()) == part).toList();
      if (!figures.isEmpty()) {
        text = put(text, part.mark, section(part, figures, page), page);
      }
    }
    Files.writeString(page, text);
  }

  /** What is measured together. */
  private enum Part {
    FIGURES("figures"),
    SOAK("soak");

    private final String mark;

    Part(String mark) {
      this.mark = mark;
    }

    static Part of(String row) {
      return row.startsWith("h") ? SOAK : FIGURES;
    }
  }

  private static String put(String text, String mark, String section, Path page)
      throws IOException {
    String begin = "<!-- " + mark + " -->";
    String end = "<!-- end of " + mark + " -->";
    if (!text.contains(begin) || !text.contains(end)) {
      throw new IOException(page + " has no " + begin + " and " + end);
    }
    return text.substring(0, text.indexOf(begin) + begin.length())
        + section
        + "\n"
        + text.substring(text.indexOf(end));
  }

  private String section(Part part, List<Figure> figures, Path page) throws IOException {
    StringBuilder text = new StringBuilder("\n");
    text.append("Measured on ").append(LocalDate.now(ZoneOffset.UTC));
    text.append(bench.isQuick() ? ", quickly" : "").append(".\n\n");
    facts.forEach(
        (name, value) -> text.append("- ").append(name).append(": ").append(value).append('\n'));
    text.append("\n| | what | median | unit | least - most (runs) | share |\n");
    text.append("| --- | --- | ---: | --- | --- | --- |\n");
    for (Figure figure : figures) {
      text.append("| ").append(figure.row()).append(" | ").append(figure.what()).append(" | ");
      text.append(Table.number(figure.sample().median())).append(" | ").append(figure.unit());
      text.append(" | ").append(Table.spread(figure.sample())).append(" | ");
      text.append(Table.share(figure)).append(" |\n");
    }
    List<String> leftOut = bench.leftOut().stream().filter(line -> Part.of(line) == part).toList();
    if (!leftOut.isEmpty()) {
      text.append("\nLeft out: ").append(String.join("; ", leftOut)).append(".\n");
    }
    for (Map.Entry<String, String> plot : bench.plots().entrySet()) {
      if (plot.getKey().startsWith("soak") == (part == Part.SOAK)) {
        Path image =
            page.toAbsolutePath()
                .resolveSibling("images")
                .resolve("bench-" + plot.getKey() + ".svg");
        Files.createDirectories(image.getParent());
        Files.writeString(image, plot.getValue());
        text.append("\n![").append(plot.getKey()).append("](images/").append(image.getFileName());
        text.append(")\n");
      }
    }
    return text.toString();
  }
}
