package io.changepost.app;

import io.changepost.app.server.RouteBook;
import io.changepost.app.server.RouteFiles;
import io.changepost.app.settings.Home;
import io.changepost.app.settings.ServerSettings;
import io.changepost.routing.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./changepost routes …}: for those who edit the routes; needs no database. */
@Command(
    name = "routes",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Checks, lists or documents the routes of this installation, without starting anything.",
    footer = {"", "Example: ./changepost routes check"})
final class RoutesCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandSpec here = Objects.requireNonNull(spec);
    throw new ParameterException(
        here.commandLine(), "routes needs a command: check, list or document");
  }

  @Command(
      name = "check",
      mixinStandardHelpOptions = true,
      description = "Tells what is wrong with the routes; exit status 0 where nothing is.",
      footer = {"", "Example: ./changepost routes check"})
  int check() {
    ServerSettings settings = settings();
    List<Finding> findings = RouteFiles.lint(settings);
    List<Finding> unread = RouteFiles.unread(settings);
    findings.forEach(System.err::println);
    unread.forEach(System.err::println);
    if (!findings.isEmpty()) {
      return 1;
    }
    // What the lint lets pass, Camel may still refuse.
    int routes = RouteBook.read(settings).size();
    System.out.println(routes + " routes read, nothing wrong with them");
    return unread.isEmpty() ? 0 : 1;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Tells each route's id, what it starts with, where it stands and what it does.",
      footer = {"", "Example: ./changepost routes list"})
  int list() {
    for (RouteBook.Entry route : RouteBook.read(settings())) {
      System.out.printf(
          "%-18s %s:%d %s%n    %s%n",
          route.id(), route.file(), route.line(), route.from(), route.description());
    }
    return 0;
  }

  @Command(
      name = "document",
      mixinStandardHelpOptions = true,
      description = "Prints the routes as a page in Markdown, with a picture.",
      footer = {"", "Example: ./changepost routes document > docs/routes.md"})
  int document() {
    System.out.print(RouteDocument.of(RouteBook.read(settings())));
    return 0;
  }

  private static ServerSettings settings() {
    Path home = Home.directory();
    return ServerSettings.of(Home.settings(), home);
  }
}
