package io.changepost.acceptance.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Tries the rows of the fault matrix: those that are fast in every build, where each must hold; all
 * of them with {@code -P matrix}, where the table says what came of it. {@code -Dmatrix.rows=A,B7}
 * names some; the table keeps what earlier runs found of the others.
 */
@Isolated("it measures how long things take; other modules run beside it, but for -T1")
class MatrixIT {

  private static final boolean WHOLE = Boolean.getBoolean("matrix.whole");
  private static final String ROWS = System.getProperty("matrix.rows", "");
  private static @Nullable Report report;

  static List<Trial> all() {
    List<Trial> trials = new ArrayList<>();
    trials.addAll(ProcessRows.trials());
    trials.addAll(DatabaseRows.trials());
    trials.addAll(EndpointRows.trials());
    trials.addAll(LoadRows.trials());
    trials.addAll(PayloadRows.trials());
    trials.addAll(TimeRows.trials());
    trials.addAll(FurtherRows.trials());
    return trials;
  }

  @TestFactory
  Stream<DynamicTest> each_fault_comes_to_what_is_expected() throws Exception {
    // Asked for once: two lists have different trials of the same row, and the page would have
    // both.
    List<Trial> all = all();
    List<Trial> wanted = all.stream().filter(MatrixIT::isWanted).toList();
    if (WHOLE) {
      report = Report.begin(all, wanted);
    }
    return IntStream.range(0, wanted.size())
        .mapToObj(
            n ->
                DynamicTest.dynamicTest(
                    wanted.get(n).id() + " " + wanted.get(n).fault(),
                    () -> run(wanted.get(n), (n + 1) + "/" + wanted.size())));
  }

  private static boolean isWanted(Trial trial) {
    if (ROWS.isEmpty()) {
      return WHOLE || trial.fast();
    }
    return Stream.of(ROWS.split(","))
        .anyMatch(name -> trial.id().equals(name) || trial.id().substring(0, 1).equals(name));
  }

  private static void run(Trial trial, String place) throws IOException {
    long begin = System.nanoTime();
    System.out.printf("%-4s begins  (%s, %s)%n", trial.id(), place, Instant.now().toString());
    Finding finding = tried(trial);
    if (report != null) {
      report.add(trial, finding);
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

  /**
   * In a thread of its own: a row that hangs is interrupted, and left behind if that does not help.
   */
  private static Finding tried(Trial trial) {
    FutureTask<Finding> task = new FutureTask<>(trial.body()::run);
    Thread thread = new Thread(task, "row-" + trial.id());
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(trial.limit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      failed.printStackTrace();
      return Finding.fallsShort("", "the trial ended early: " + failed.getMessage());
    } catch (TimeoutException hangs) {
      for (StackTraceElement where : thread.getStackTrace()) {
        System.out.println("     hangs at " + where);
      }
      return Finding.fallsShort("", "it was not over within " + trial.limit().toMinutes() + " min");
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return Finding.notTried("the run was ended before this row was over");
    } finally {
      thread.interrupt();
    }
  }

  @AfterAll
  static void close() {
    if (report != null) {
      System.out.println(report.summary());
    }
    EndpointRows.close();
    PayloadRows.close();
  }
}
