package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes {@code docs/reliability.md} after every row, so that a run that is ended leaves no row out
 * in silence; what stands above the first table by hand is kept, and so are the rows that this run
 * does not try.
 */
final class Report {

  private static final String WHOLE_RUN = "Run of ";
  private static final String SINCE = "Tried again after it: ";
  private static final Map<String, String> LETTERS =
      Map.of(
          "A", "The sender process",
          "B", "The database and the path to it",
          "C", "The endpoint",
          "D", "Load and isolation",
          "E", "Payloads",
          "F", "Time",
          "G", "Further faults");

  private final Map<Trial, Finding> findings;
  private final List<Trial> wanted;
  private final Times times;

  /**
   * The paragraph on the last whole run, empty where this is one; the rows tried since; and where
   * this run is.
   */
  private record Times(String whole, Set<String> since, String where) {}

  private Report(Map<Trial, Finding> findings, List<Trial> wanted, Times times) {
    this.findings = findings;
    this.wanted = wanted;
    this.times = times;
  }

  /** Begins a run: whatever it does not come to says so. */
  static Report begin(List<Trial> all, List<Trial> wanted) throws Exception {
    Page page = Page.read();
    Map<Trial, Finding> findings = new LinkedHashMap<>(page.findings(all));
    for (Trial trial : wanted) {
      findings.put(trial, Finding.notTried("the run was ended before this row was over"));
    }
    String whole = wanted.size() == all.size() ? "" : page.paragraph(WHOLE_RUN);
    Set<String> since =
        Set.of(page.paragraph(SINCE).replace(SINCE, "").replaceFirst("\\..*", "").split(", "));
    return new Report(findings, wanted, new Times(whole, since, where()));
  }

  private String run() {
    if (times.whole().isEmpty()) {
      return WHOLE_RUN + times.where();
    }
    String rows =
        findings.entrySet().stream()
            .filter(one -> one.getValue().verdict() != Finding.Verdict.NOT_TRIED)
            .map(Map.Entry::getKey)
            .filter(trial -> wanted.contains(trial) || times.since().contains(trial.id()))
            .map(Trial::id)
            .collect(Collectors.joining(", "));
    return times.whole() + "\n\n" + SINCE + rows + ". The last of them " + times.where();
  }

  /** Adds what came of one row, and writes the page. */
  void add(Trial trial, Finding finding) throws IOException {
    findings.put(trial, finding);
    write();
  }

  /** What falls short, and what was not tried, for those who started the run. */
  String summary() {
    return counts()
        + findings.entrySet().stream()
            .filter(one -> wanted.contains(one.getKey()))
            .filter(one -> one.getValue().verdict() != Finding.Verdict.HELD)
            .map(one -> "\n  " + one.getKey().id() + " " + Page.result(one.getValue()))
            .collect(Collectors.joining());
  }

  private void write() throws IOException {
    StringBuilder text =
        new StringBuilder(Page.read().above())
            .append(Page.BEGIN)
            .append("\n\n")
            .append(run())
            .append(" Load of the machine at the end: ")
            .append(Files.readString(Path.of("/proc/loadavg")).split(" ")[1])
            .append(
                " (over 1 for each core means that others were at work too; times are then upper bounds).\n\n")
            .append(counts())
            .append('\n');
    new TreeMap<>(LETTERS)
        .forEach(
            (letter, title) -> {
              text.append("\n### ").append(letter).append(". ").append(title).append("\n\n");
              text.append("| # | what was done | expected | result | figure |\n");
              text.append("| --- | --- | --- | --- | --- |\n");
              findings.forEach(
                  (trial, finding) -> {
                    if (trial.id().startsWith(letter)) {
                      text.append(row(trial, finding));
                    }
                  });
            });
    Files.writeString(Page.FILE, text);
  }

  private static String row(Trial trial, Finding finding) {
    return "| "
        + String.join(
            " | ",
            trial.id(),
            Page.cell(trial.fault()),
            Page.cell(trial.expected()),
            Page.result(finding),
            Page.cell(finding.figure()))
        + " |\n";
  }

  private String counts() {
    long held = count(Finding.Verdict.HELD);
    long fallsShort = count(Finding.Verdict.SHORT);
    return (held + fallsShort)
        + " rows tried: "
        + held
        + " held, "
        + fallsShort
        + " short; "
        + count(Finding.Verdict.NOT_TRIED)
        + " not tried.";
  }

  private long count(Finding.Verdict verdict) {
    return findings.values().stream().filter(finding -> finding.verdict() == verdict).count();
  }

  private static String where() throws Exception {
    return LocalDate.now(ZoneOffset.UTC)
        + " at commit "
        + said("git", "rev-parse", "--short", "HEAD")
        + ", on "
        + Runtime.getRuntime().availableProcessors()
        + " cores of "
        + cpu()
        + ", "
        + System.getProperty("os.name")
        + ", JDK "
        + System.getProperty("java.version")
        + ", PostgreSQL "
        + postgres()
        + " ("
        + PostgresServer.version()
        + " where its processes are killed, stopped or set up otherwise).";
  }

  private static String cpu() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst(".*: ", ""))
        .findFirst()
        .orElse("an unnamed processor");
  }

  private static String postgres() throws SQLException {
    try (Connection connection = TestPostgres.freshDatabase().connect()) {
      return connection.getMetaData().getDatabaseProductVersion();
    }
  }

  private static String said(String... command) throws IOException {
    Process process = new ProcessBuilder(command).directory(Product.root().toFile()).start();
    return new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }
}
