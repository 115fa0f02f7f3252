package io.changepost.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * Writes what was measured.
 *
 * @param facts of the machine and the settings
 */
record Report(Map<String, String> facts, List<Figure> figures, List<Plot> plots) {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** As JSON, so that two runs can be compared. */
  void json(Path file) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    ObjectNode machine = root.putObject("machine");
    facts.forEach(machine::put);
    ArrayNode list = root.putArray("figures");
    for (Figure figure : figures) {
      ObjectNode node = list.addObject();
      node.put("row", figure.row())
          .put("what", figure.what())
          .put("value", Math.round(figure.value() * 1000) / 1000.0)
          .put("unit", figure.unit());
      if (figure.share() != null) {
        node.put("share", Math.round(figure.share() * 1000) / 1000.0).put("of", figure.reference());
      }
    }
    Files.writeString(file, MAPPER.writeValueAsString(root) + "\n");
  }

  /** As a table and pictures for the documentation: the part between two marks of the page. */
  void page(Path page) throws IOException {
    StringBuilder text = new StringBuilder("\n");
    text.append("Measured on ").append(LocalDate.now(java.time.ZoneOffset.UTC)).append(": ");
    facts.forEach((name, value) -> text.append(name).append(' ').append(value).append(", "));
    text.setLength(text.length() - 2);
    text.append(".\n\n| | what | figure | unit | share |\n| --- | --- | ---: | --- | --- |\n");
    for (Figure figure : figures) {
      text.append("| ").append(figure.row()).append(" | ").append(figure.what()).append(" | ");
      text.append(Table.number(figure.value())).append(" | ").append(figure.unit()).append(" | ");
      if (figure.share() != null) {
        text.append(Table.number(figure.share())).append(" of ").append(figure.reference());
      }
      text.append(" |\n");
    }
    for (Plot plot : plots) {
      Path image = page.resolveSibling("images").resolve("bench-" + plot.name() + ".svg");
      Files.createDirectories(image.getParent());
      Files.writeString(image, plot.svg());
      text.append("\n![").append(plot.name()).append("](images/").append(image.getFileName());
      text.append(")\n");
    }
    String old = Files.readString(page);
    String begin = "<!-- figures -->";
    String end = "<!-- end of figures -->";
    Files.writeString(
        page,
        old.substring(0, old.indexOf(begin) + begin.length())
            + text
            + "\n"
            + old.substring(old.indexOf(end)));
  }
}
