package io.changepost.app;

import io.changepost.app.server.RouteBook;
import java.util.List;
import java.util.Locale;

/** The routes as a page: a picture, and a table in the order of the files. Pure. */
final class RouteDocument {

  private RouteDocument() {}

  static String of(List<RouteBook.Entry> routes) {
    StringBuilder text = new StringBuilder();
    text.append("# The routes as they are\n\n")
        .append(
            "Made from `routes/` by `./changepost routes document > docs/routes.md`; do not edit it. ")
        .append(
            "What may be changed, and how, is in\n[routes/README.md](../routes/README.md).\n\n");
    picture(text, routes);
    for (RouteBook.Entry route : routes) {
      text.append("\n## ").append(route.id()).append("\n\n");
      text.append(route.description()).append(".\n\n");
      if (!route.note().isEmpty()) {
        text.append(route.note()).append("\n\n");
      }
      text.append("From `").append(route.from()).append('`');
      if (!route.to().isEmpty()) {
        text.append(" to `").append(String.join("`, `", route.to())).append('`');
      }
      text.append("; [").append(route.file()).append(':').append(route.line());
      text.append("](../routes/").append(route.file()).append("#L").append(route.line());
      text.append(").\n");
    }
    return text.toString();
  }

  private static void picture(StringBuilder text, List<RouteBook.Entry> routes) {
    text.append("```mermaid\nflowchart LR\n");
    for (RouteBook.Entry route : routes) {
      text.append(line("  %s[\"%s\"]", node(route.id()), route.id()));
      String source = plain(route.from());
      if (isOutside(source)) {
        text.append(line("  %s([\"%s\"]) --> %s", node(source), shown(source), node(route.id())));
      }
    }
    for (RouteBook.Entry route : routes) {
      for (String to : route.to()) {
        String target = plain(to);
        routes.stream()
            .filter(other -> plain(other.from()).equals(target))
            .findFirst()
            .ifPresentOrElse(
                other -> text.append(line("  %s --> %s", node(route.id()), node(other.id()))),
                () ->
                    text.append(
                        line(
                            "  %s --> %s((\"%s\"))",
                            node(route.id()), node(target), shown(target))));
      }
    }
    text.append("```\n");
  }

  private static String line(String form, Object... words) {
    return String.format(Locale.ROOT, form + "%n", words).replace("\r", "");
  }

  private static boolean isOutside(String address) {
    return !address.startsWith("direct:") && !address.startsWith("seda:");
  }

  /** An address without its slashes and options. */
  private static String plain(String address) {
    return address.replaceFirst("\\?.*", "").replaceFirst(":/+", ":");
  }

  /** The endpoint of an attempt is the customer's; an SQL file is named without its folder. */
  private static String shown(String address) {
    if (address.startsWith("http:endpoint.invalid")) {
      return "the customer's endpoint";
    }
    return address.startsWith("sql:") ? address.substring(address.lastIndexOf('/') + 1) : address;
  }

  private static String node(String name) {
    return name.replaceAll("[^A-Za-z0-9]+", "_");
  }
}
