package io.changepost.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Tries the rows of the fault matrix: those that are fast in every build, where each must hold; all
 * of them with {@code -P matrix}, where the table says what came of it. {@code -Dmatrix.rows=A,B7}
 * names some; the table keeps what earlier runs found of the others.
 */
class MatrixIT {

  private static final boolean WHOLE = Boolean.getBoolean("matrix.whole");
  private static final String ROWS = System.getProperty("matrix.rows", "");

  static List<Trial> all() {
    List<Trial> trials = new ArrayList<>();
    trials.addAll(ProcessRows.trials());
    trials.addAll(DatabaseRows.trials());
    trials.addAll(EndpointRows.trials());
    trials.addAll(LoadRows.trials());
    trials.addAll(PayloadRows.trials());
    trials.addAll(TimeRows.trials());
    return trials;
  }

  @TestFactory
  Stream<DynamicTest> each_fault_comes_to_what_is_expected() {
    return all().stream()
        .filter(MatrixIT::isWanted)
        .map(trial -> DynamicTest.dynamicTest(trial.id() + " " + trial.fault(), () -> run(trial)));
  }

  private static boolean isWanted(Trial trial) {
    if (ROWS.isEmpty()) {
      return WHOLE || trial.fast();
    }
    return Stream.of(ROWS.split(","))
        .anyMatch(name -> trial.id().equals(name) || trial.id().substring(0, 1).equals(name));
  }

  private static void run(Trial trial) throws IOException {
    long begin = System.nanoTime();
    Finding finding;
    try {
      finding = trial.body().run();
    } catch (Exception | AssertionError failed) {
      finding = Finding.fallsShort("", "the trial ended early: " + failed.getMessage());
      failed.printStackTrace();
    }
    if (WHOLE) {
      Kept.keep(Map.of(trial, finding));
    }
    System.out.printf(
        "%-4s %-9s %5.1f s  %s %s%n",
        trial.id(),
        finding.verdict(),
        (System.nanoTime() - begin) / 1e9,
        finding.figure(),
        finding.remark());
    if (!WHOLE) {
      assertThat(finding.verdict())
          .as(trial.id() + " " + finding.remark())
          .isNotEqualTo(Finding.Verdict.SHORT);
    }
  }

  @AfterAll
  static void report() throws Exception {
    if (WHOLE) {
      Report.write(Kept.of(all()));
    }
    EndpointRows.close();
    PayloadRows.close();
  }
}
