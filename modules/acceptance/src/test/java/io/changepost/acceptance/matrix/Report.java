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
import java.util.Map;
import java.util.TreeMap;

/** Writes {@code docs/reliability.md}; what stands above the first table by hand is kept. */
final class Report {

  static final Path FILE = Product.root().resolve("docs/reliability.md");
  private static final String BEGIN = "<!-- from here on written by the matrix -->";
  private static final Map<String, String> LETTERS =
      Map.of(
          "A", "The sender process",
          "B", "The database and the path to it",
          "C", "The endpoint",
          "D", "Load and isolation",
          "E", "Payloads",
          "F", "Time");

  private Report() {}

  static void write(Map<Trial, Finding> findings) throws Exception {
    StringBuilder text = new StringBuilder(BEGIN).append("\n\n").append(header(findings));
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
    String old = Files.readString(FILE);
    int begin = old.indexOf(BEGIN);
    Files.writeString(FILE, (begin < 0 ? old + "\n" : old.substring(0, begin)) + text);
  }

  private static String row(Trial trial, Finding finding) {
    String result =
        switch (finding.verdict()) {
          case HELD -> "held";
          case SHORT -> "**short**: " + finding.remark();
          case NOT_TRIED -> "not tried: " + finding.remark();
        };
    return "| "
        + String.join(
            " | ",
            trial.id(),
            cell(trial.fault()),
            cell(trial.expected()),
            cell(result),
            cell(finding.figure()))
        + " |\n";
  }

  private static String cell(String text) {
    String line = text.replaceAll("\\s+", " ").replace("|", "\\|");
    return line.length() > 400 ? line.substring(0, 400) + " …" : line;
  }

  private static String header(Map<Trial, Finding> findings) throws Exception {
    long held = count(findings, Finding.Verdict.HELD);
    long fallsShort = count(findings, Finding.Verdict.SHORT);
    long not = count(findings, Finding.Verdict.NOT_TRIED);
    return "Run of "
        + LocalDate.now(ZoneOffset.UTC)
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
        + ". Load of the machine at the end: "
        + Files.readString(Path.of("/proc/loadavg")).split(" ")[1]
        + " (over 1 for each core means that others were at work too; times are then upper bounds).\n\n"
        + (held + fallsShort)
        + " rows tried: "
        + held
        + " held, "
        + fallsShort
        + " short; "
        + not
        + " not tried.\n";
  }

  private static long count(Map<Trial, Finding> findings, Finding.Verdict verdict) {
    return findings.values().stream().filter(finding -> finding.verdict() == verdict).count();
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
