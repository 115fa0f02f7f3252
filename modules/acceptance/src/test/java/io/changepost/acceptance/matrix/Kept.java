package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found, row by row, so that the table can be made in several runs. */
final class Kept {

  private static final Path FOLDER = Product.root().resolve("modules/acceptance/target/matrix");

  private Kept() {}

  static void keep(Map<Trial, Finding> findings) throws IOException {
    Files.createDirectories(FOLDER);
    for (Map.Entry<Trial, Finding> one : findings.entrySet()) {
      Finding finding = one.getValue();
      Files.write(
          FOLDER.resolve(one.getKey().id()),
          List.of(finding.verdict().name(), line(finding.figure()), line(finding.remark())));
    }
  }

  /** The findings of all rows; one that was never run says so. */
  static Map<Trial, Finding> of(List<Trial> trials) throws IOException {
    Map<Trial, Finding> all = new LinkedHashMap<>();
    for (Trial trial : trials) {
      Path file = FOLDER.resolve(trial.id());
      if (Files.exists(file)) {
        List<String> lines = Files.readAllLines(file);
        all.put(
            trial, new Finding(Finding.Verdict.valueOf(lines.get(0)), lines.get(1), lines.get(2)));
      } else {
        all.put(trial, Finding.notTried("left out of this run"));
      }
    }
    return all;
  }

  private static String line(String text) {
    return text.replaceAll("\\s+", " ");
  }
}
