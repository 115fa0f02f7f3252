package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls that docs/api.md shows, run one after the other as they stand there. */
class ApiPageIT {

  private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":");

  @Test
  void every_call_of_the_page_is_accepted_and_answers_what_the_page_shows(@TempDir Path folder)
      throws IOException {
    assumeTrue(Pages.isThere("curl"), "curl is not installed");
    try (Receiver receiver = new Receiver();
        Product product = new Product(TestPostgres.freshDatabase(), Map.of()).start()) {
      List<String> lines = new ArrayList<>();
      // An answer that is no success ends the script, with what was answered.
      lines.add("set -euo pipefail");
      lines.add("curl() { command curl --fail-with-body \"$@\"; }");
      List<String> shown = new ArrayList<>();
      for (String block : Pages.blocks("api.md", "sh")) {
        lines.add(block);
        block.lines().filter(line -> line.startsWith("# {")).forEach(shown::add);
      }
      String script =
          String.join("\n", lines)
              .replace("http://127.0.0.1:8080/api/v1", product.base())
              .replace("<the operator key>", Product.OPERATOR_KEY)
              .replace("https://erp.example.com/hooks", receiver.url("/hooks"));
      Files.writeString(folder.resolve("page.sh"), script);

      Pages.Ended ended = Pages.run(folder, Map.of(), "bash", "page.sh");

      assertThat(ended.status()).as(ended.output()).isZero();
      assertThat(shown).hasSizeGreaterThan(12);
      for (String line : shown) {
        Matcher field = FIELD.matcher(line);
        while (field.find()) {
          assertThat(ended.output()).as(line).contains(field.group());
        }
      }
      assertThat(receiver.at("/hooks")).isNotEmpty();
    }
  }
}
