package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.routing.Finding;
import io.changepost.routing.RouteLint;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
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
