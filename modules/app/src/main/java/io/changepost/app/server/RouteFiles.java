package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.routing.Finding;
import io.changepost.routing.RouteLint;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The files that {@code changepost.routes} means. */
public final class RouteFiles {

  private RouteFiles() {}

  /**
   * In the order of the setting, then by name.
   *
   * @throws WrongSettingException where a pattern matches no file
   */
  public static List<Path> find(ServerSettings settings) {
    List<Path> files = new ArrayList<>();
    for (String pattern : settings.places().routes()) {
      List<Path> matching = matching(Path.of(pattern));
      if (matching.isEmpty()) {
        throw new WrongSettingException("changepost.routes: no file matches " + pattern);
      }
      files.addAll(matching);
    }
    return files;
  }

  private static List<Path> matching(Path pattern) {
    Path folder = pattern.getParent();
    Path name = pattern.getFileName();
    if (folder == null || name == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, name.toString())) {
      stream.forEach(files::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new WrongSettingException("changepost.routes: cannot read " + folder + " (" + e + ")");
    }
    return files.stream().sorted().toList();
  }

  /**
   * Files beside them that look like routes and are not read, each with what to do: a name that the
   * setting does not match is otherwise noticed by nobody.
   *
   * @throws WrongSettingException where a pattern matches no file
   */
  public static List<Finding> unread(ServerSettings settings) {
    List<Path> read = find(settings);
    return read.stream()
        .map(Path::getParent)
        .distinct()
        .flatMap(folder -> matching(folder.resolve("*.{yaml,yml}")).stream())
        .filter(file -> !read.contains(file))
        .map(file -> new Finding(shown(file), 1, unread(file, settings.places().routes())))
        .toList();
  }

  private static String unread(Path file, List<String> patterns) {
    String better =
        String.valueOf(file.getFileName()).replaceFirst("(\\.camel)?\\.ya?ml$", "") + ".camel.yaml";
    boolean wouldBeRead =
        patterns.stream()
            .map(pattern -> String.valueOf(Path.of(pattern).getFileName()))
            .anyMatch(
                name ->
                    FileSystems.getDefault()
                        .getPathMatcher("glob:" + name)
                        .matches(Path.of(better)));
    return "this file is not read, because changepost.routes does not match its name; "
        + (wouldBeRead ? "call it " + better : "mend the name or the setting")
        + ", or let it not end in .yaml";
  }

  private static String shown(Path file) {
    Path folder = file.getParent();
    return (folder == null ? "" : folder.getFileName() + "/") + file.getFileName();
  }

  /**
   * What must be mended in them, by file and line.
   *
   * @throws WrongSettingException where a pattern matches no file
   */
  public static List<Finding> lint(ServerSettings settings) {
    return RouteLint.check(find(settings));
  }

  /** Refuses to go on where something must be mended; each finding is a line of the message. */
  static void refuseFaulty(ServerSettings settings) {
    List<Finding> findings = lint(settings);
    if (!findings.isEmpty()) {
      throw new WrongSettingException(
          findings.stream().map(Finding::toString).collect(Collectors.joining("\n")));
    }
  }
}
