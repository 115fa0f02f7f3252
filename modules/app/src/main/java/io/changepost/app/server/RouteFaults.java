package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.routing.Finding;
import io.changepost.routing.RouteLint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.jspecify.annotations.Nullable;

/**
 * Says in which file, at which line, and in one sentence, what Camel refuses in many words. The
 * line is that of the step where Camel tells enough to find it, else that of its route.
 */
final class RouteFaults {

  private static final Pattern MARKED = Pattern.compile("([\\w.-]+\\.yaml), line (\\d+)");
  private static final Pattern SOURCE = Pattern.compile("source: \\S*?[\\w.-]+\\.yaml:(\\d+)");
  private static final Pattern FILE = Pattern.compile("([\\w.-]+\\.yaml)");

  /** How Camel says that it has no such word, field or value. */
  private static final Pattern MISSPELT =
      Pattern.compile(
          "^(Unknown node id|Unsupported field|Enum:? class|No type converter|For input string"
              + "|Field: .* has already been configured|Node |Unable to )");

  /** The word of the file that it stumbled over. */
  private static final List<Pattern> WORDS =
      List.of(
          Pattern.compile("Unknown parameters=\\[\\{([\\w.-]+)="),
          Pattern.compile("Property with key \\[([^\\]]+)]"),
          Pattern.compile("Error binding property \\(([\\w.-]+)="),
          Pattern.compile("(?:endpoint|component) could be found for: ([\\w-]+)"),
          Pattern.compile("No enum constant [\\w.$]+\\.([^.\\s]+)"),
          Pattern.compile("CronExpression '([^']+)'"),
          Pattern.compile("language could be found for: (\\w+)"),
          Pattern.compile("of type: #class:([\\w.$]+)"),
          Pattern.compile("at location \\d+\\s+([^\\n]+)"),
          Pattern.compile("at: >>> (?:to|wireTap|Bean)\\[([^?\\]]+)"));

  private RouteFaults() {}

  /** The failure itself where it is not about a route. */
  static RuntimeException told(ServerSettings settings, RuntimeException failure) {
    List<Finding> findings;
    try {
      findings = findings(settings, failure);
    } catch (RuntimeException | LinkageError untold) {
      failure.addSuppressed(untold);
      return failure;
    }
    if (findings.isEmpty()) {
      return failure;
    }
    WrongSettingException told =
        new WrongSettingException(
            findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
    told.initCause(failure);
    return told;
  }

  private static List<Finding> findings(ServerSettings settings, RuntimeException failure) {
    List<Path> files = RouteFiles.find(settings);
    Refusal refusal = Refusal.of(failure);
    Optional<Finding> found = find(files, refusal, new PlainWords(settings.camel().keySet()));
    if (!MISSPELT.matcher(refusal.last()).find()) {
      return found.stream().toList();
    }
    // Of words that it does not have, Camel tells the first, and not always where it is.
    List<Finding> misspelt =
        RouteLint.misspelt(files).stream()
            .filter(one -> found.isEmpty() || one.file().equals(found.get().file()))
            .toList();
    return misspelt.isEmpty() ? found.stream().toList() : misspelt;
  }

  /**
   * What the failure and its causes say.
   *
   * @param route null where they name none
   * @param said all of it
   * @param last of it, what comes from nothing else
   */
  private record Refusal(@Nullable String route, String said, String last) {

    static Refusal of(Throwable failure) {
      String route = null;
      StringBuilder all = new StringBuilder();
      String last = "";
      for (Throwable one = failure; one != null; one = one.getCause()) {
        if (one instanceof FailedToCreateRouteException refused) {
          route = refused.getRouteId();
        } else if (one instanceof FailedToStartRouteException refused) {
          route = refused.getRouteId();
        }
        if (one.getMessage() != null) {
          all.append(one.getMessage()).append('\n');
          last =
              one instanceof ClassNotFoundException
                  ? "there is no class " + one.getMessage()
                  : one.getMessage();
        }
      }
      return new Refusal(route, all.toString(), last);
    }
  }

  private static Optional<Finding> find(List<Path> files, Refusal refusal, PlainWords words) {
    String said = refusal.said();
    String sentence = words.of(sentence(refusal.last()));
    Matcher marked = MARKED.matcher(said);
    if (marked.find()) {
      return Optional.of(
          new Finding(named(files, marked.group(1)), Integer.parseInt(marked.group(2)), sentence));
    }
    if (refusal.route() != null) {
      return inRoute(files, refusal.route(), said, sentence);
    }
    Matcher file = FILE.matcher(said);
    if (file.find()) {
      Path path = path(files, file.group(1));
      int line = path == null ? 1 : Math.max(1, lineOf(read(path), 0, word(said)));
      return Optional.of(new Finding(named(files, file.group(1)), line, sentence));
    }
    return Optional.empty();
  }

  private static Optional<Finding> inRoute(
      List<Path> files, String route, String said, String sentence) {
    Pattern id =
        Pattern.compile(
            "\\s*(?:-\\s+)?id:\\s*[\"']?" + Pattern.quote(route) + "[\"']?\\s*(?:#.*)?");
    for (Path file : files) {
      List<String> lines = read(file);
      for (int i = 0; i < lines.size(); i++) {
        if (id.matcher(lines.get(i)).matches()) {
          int step = lineOf(lines, i, word(said));
          return Optional.of(
              new Finding(
                  named(files, String.valueOf(file.getFileName())),
                  step > 0 ? step : source(said).orElse(i + 1),
                  sentence));
        }
      }
    }
    return Optional.empty();
  }

  /** Where Camel says that the route begins its work. */
  private static Optional<Integer> source(String said) {
    Matcher source = SOURCE.matcher(said);
    return source.find() ? Optional.of(Integer.valueOf(source.group(1))) : Optional.empty();
  }

  /** Counted from 1; 0 where it is nowhere from there on. */
  private static int lineOf(List<String> lines, int from, @Nullable String word) {
    for (int i = from; word != null && i < lines.size(); i++) {
      if (lines.get(i).contains(word)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static @Nullable String word(String said) {
    for (Pattern pattern : WORDS) {
      Matcher found = pattern.matcher(said);
      if (found.find()) {
        return found.group(1).strip();
      }
    }
    return null;
  }

  /**
   * Without the picture of the place that follows it, and without the place, which we say
   * ourselves.
   */
  private static String sentence(String message) {
    String first = message.replaceFirst("(?s)\\s+in file:.*", "").replaceFirst("(?s)\\n.*", "");
    return first.replaceFirst("file:\\S*/", "").replaceAll("\\s+", " ").strip();
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static @Nullable Path path(List<Path> files, String name) {
    return files.stream().filter(file -> file.endsWith(name)).findFirst().orElse(null);
  }

  private static String named(List<Path> files, String name) {
    Path path = path(files, name);
    return path == null ? name : Finding.named(path);
  }
}
