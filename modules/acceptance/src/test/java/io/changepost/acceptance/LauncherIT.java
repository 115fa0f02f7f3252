package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.testkit.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the launcher does before it becomes the program. */
@Isolated("it takes away what every start of this checkout uses")
class LauncherIT {

  private static final Path TARGET = Product.root().resolve("modules/app/target");

  @Test
  void a_start_that_ends_while_it_prepares_says_so_and_leaves_nothing_behind() throws Exception {
    for (Path archive : archives()) {
      Files.delete(archive);
    }
    // No process has that number.
    Files.createFile(TARGET.resolve("classes-0.jsa.4999999"));
    try (Product product = new Product(TestPostgres.freshDatabase(), Map.of())) {
      Process launcher = product.launch("start");
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(launcher.getInputStream(), StandardCharsets.UTF_8));
      awaitLine(output, "Preparing faster starts");
      Awaitility.await("its JVM")
          .atMost(Duration.ofSeconds(60))
          .until(() -> launcher.descendants().findAny().isPresent());
      List<ProcessHandle> started = launcher.descendants().toList();

      // The process itself would close its output first.
      launcher.toHandle().destroy();

      assertThat(launcher.waitFor(90, TimeUnit.SECONDS)).isTrue();
      awaitLine(output, "Ended while preparing faster starts; nothing had been started");
      assertThat(launcher.exitValue()).isZero();
      assertThat(started).noneMatch(ProcessHandle::isAlive);
      assertThat(archives()).isEmpty();
    }
  }

  /** A message that is to be sent again is told by the log too, where there is no demo. */
  @Test
  void the_demo_tells_what_becomes_of_messages_in_its_own_columns_alone() throws Exception {
    try (Product product = new Product(TestPostgres.freshDatabase(), Map.of())) {
      Process demo = product.launch("demo", "--seconds", "6");
      String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(demo.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(demo.exitValue()).as(output).isZero();
      assertThat(output).contains("503  ", "1 resent").doesNotContain("INFO");
    }
  }

  private static void awaitLine(BufferedReader reader, String beginning) throws IOException {
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith(beginning)) {
        return;
      }
    }
    throw new AssertionError("it ended and never said: " + beginning);
  }

  private static List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files
          .filter(file -> file.getFileName().toString().matches("classes-.*\\.jsa.*"))
          .toList();
    }
  }
}
