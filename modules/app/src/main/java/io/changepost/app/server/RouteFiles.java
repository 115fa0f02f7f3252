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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The files that {@code changepost.routes} means. */
public final class RouteFiles {

  private static final String YAML = "*.{yaml,yml}";
  private static final String ENDING = "(\\.camel)?\\.ya?ml$";

  /** How an entry of a route file begins; a folder may hold other YAML too. */
  private static final Pattern ROUTES =
      Pattern.compile("(?m)^\\s*- +(route|from|beans|routeConfiguration|routeTemplate)\\s*:");

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
   * Files beside them that are not read because of their name alone, which nobody would notice:
   * with {@code .camel.yaml} at its end the setting would match it.
   *
   * @throws WrongSettingException where a pattern matches no file
   */
  public static List<Finding> unread(ServerSettings settings) {
    List<Path> read = find(settings);
    List<Finding> unread = new ArrayList<>();
    for (String pattern : settings.places().routes()) {
      for (Path file : matching(Path.of(pattern).resolveSibling(YAML))) {
        String name = String.valueOf(file.getFileName()).replaceFirst(ENDING, ".camel.yaml");
        Path better = file.resolveSibling(name);
        if (!read.contains(file) && matches(pattern, better) && holdsRoutes(file)) {
          unread.add(new Finding(Finding.named(file), 1, unread(better)));
        }
      }
    }
    return unread.stream().distinct().toList();
  }

  private static boolean matches(String pattern, Path file) {
    return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(file);
  }

  private static boolean holdsRoutes(Path file) {
    try {
      return Files.isRegularFile(file) && ROUTES.matcher(Files.readString(file)).find();
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static String unread(Path better) {
    return "this file is not read, because changepost.routes does not match its name; "
        + (Files.exists(better) ? "" : "call it " + better.getFileName() + ", or ")
        + "take it out of this folder";
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
