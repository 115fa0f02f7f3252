package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The addresses in route files: where they lead, and with which options. */
final class EndpointLint {

  /** What a route may say to an HTTP endpoint; all else is set once for the node. */
  private static final Set<String> HTTP_OPTIONS =
      Set.of(
          "connectTimeout",
          "connectionRequestTimeout",
          "httpMethod",
          "ignoreResponseBody",
          "lazyStartProducer",
          "okStatusCodeRange",
          "responseTimeout",
          "skipControlHeaders",
          "skipRequestHeaders",
          "skipResponseHeaders",
          "soTimeout",
          "throwExceptionOnFailure");

  /** Options of {@code sql:} that are SQL text themselves. */
  private static final Set<String> SQL_TEXT_OPTIONS =
      Set.of("query", "onConsume", "onConsumeFailed", "onConsumeBatchComplete");

  private static final Set<String> BY_EXPRESSION =
      Set.of("recipientList", "routingSlip", "dynamicRouter", "enrich", "pollEnrich");

  private static final Set<String> SENDS = Set.of("to", "toD", "wireTap", "poll");

  private static final Set<String> TIMES = Set.of("period", "delay", "initialDelay");

  /** As Camel reads times; of other words it makes nothing at all, without a word. */
  private static final Pattern TIME = Pattern.compile("-?\\d+|(\\d+(ms|[smhd]))+|\\{\\{.*|#.*");

  private EndpointLint() {}

  /** An address as it stands in a file. */
  private record Address(Node where, String uri, Map<String, Field> parameters) {

    String scheme() {
      int colon = uri.indexOf(':');
      return colon < 0 ? "" : uri.substring(0, colon);
    }

    /** Scheme and name without slashes and options: {@code direct:outcome}. */
    String plain() {
      String name = uri.substring(uri.indexOf(':') + 1);
      int options = name.indexOf('?');
      name = options < 0 ? name : name.substring(0, options);
      return scheme() + ":" + name.replaceFirst("^/+", "");
    }

    boolean isHttp() {
      return scheme().equals("http") || scheme().equals("https");
    }
  }

  /** Where a step or a {@code from} leads, without options; empty where it says no address. */
  static String plain(Field field) {
    Address address = address(field);
    return address == null ? "" : address.plain();
  }

  static void check(List<RouteSheet> sheets) {
    Set<String> listening = new HashSet<>();
    for (RouteSheet sheet : sheets) {
      sheet.eachField(
          field -> {
            Address address = field.name().equals("from") ? address(field) : null;
            if (address != null) {
              listening.add(address.plain());
            }
          });
    }
    for (RouteSheet sheet : sheets) {
      sheet.eachField(field -> check(sheet, field, listening));
    }
  }

  private static void check(RouteSheet sheet, Field field, Set<String> listening) {
    if (BY_EXPRESSION.contains(field.name())) {
      sheet.say(
          field.key(),
          field.name()
              + " takes its address from an expression, which nobody can check; use a choice and "
              + "\"to\" with a fixed uri");
      return;
    }
    boolean sends = SENDS.contains(field.name());
    Address address = sends || field.name().equals("from") ? address(field) : null;
    if (address == null) {
      return;
    }
    if (field.name().equals("toD") || field.name().equals("wireTap")) {
      checkDynamic(sheet, field, address);
    }
    if (sends) {
      checkListened(sheet, address, listening);
    }
    checkTimes(sheet, address);
    if (address.isHttp()) {
      checkHttp(sheet, address);
    }
    if (address.scheme().equals("sql") || address.scheme().equals("sql-stored")) {
      checkSql(sheet, address);
    }
  }

  private static void checkDynamic(RouteSheet sheet, Field field, Address address) {
    if (address.isHttp() || address.uri().startsWith("${") || address.uri().startsWith("{{")) {
      sheet.say(
          address.where(),
          field.name()
              + " to http would let a customer's URL set options of ours; use \"to: "
              + "http:endpoint.invalid\", the attempt says where to");
    }
  }

  private static void checkListened(RouteSheet sheet, Address address, Set<String> listening) {
    boolean ours = address.scheme().equals("direct") || address.scheme().equals("seda");
    if (ours && !listening.contains(address.plain())) {
      sheet.say(
          address.where(),
          "no route listens at "
              + address.plain()
              + ", so each message would fail; correct the name or add a route from it");
    }
  }

  private static void checkTimes(RouteSheet sheet, Address address) {
    address
        .parameters()
        .forEach(
            (name, field) -> {
              String text = field.text();
              // In the address itself the text is the whole of it.
              boolean apart = text != null && !text.contains(":");
              if (TIMES.contains(name) && apart && !TIME.matcher(text).matches()) {
                sheet.say(
                    field.key(),
                    "\"" + text + "\" is no time; write milliseconds, or such as 30s, 5m, 1h30m");
              }
            });
  }

  private static void checkHttp(RouteSheet sheet, Address address) {
    address
        .parameters()
        .forEach(
            (name, field) -> {
              if (!HTTP_OPTIONS.contains(name)) {
                sheet.say(
                    field.key(),
                    "\""
                        + name
                        + "\" is no option that a route may give to http, and could go out in the "
                        + "URL; there are "
                        + RouteLint.sorted(HTTP_OPTIONS));
              }
            });
  }

  private static void checkSql(RouteSheet sheet, Address address) {
    String file = address.plain().substring(address.plain().indexOf(':') + 1);
    if (!isSqlFile(file)) {
      sheet.say(address.where(), NO_SQL_TEXT);
    } else if (!isThere(file)) {
      sheet.say(
          address.where(), "there is no file " + file + "; its path begins at this installation");
    }
    for (String option : SQL_TEXT_OPTIONS) {
      Field field = address.parameters().get(option);
      if (field != null && !isSqlFile(String.valueOf(field.text()))) {
        sheet.say(field.key(), NO_SQL_TEXT);
      }
    }
  }

  private static final String NO_SQL_TEXT =
      "SQL has a file of its own; write it to a .sql file and name that, such as "
          + "sql:file:sql/my-report.sql";

  private static boolean isThere(String file) {
    String path = file.substring(file.indexOf(':') + 1);
    return path.contains("{{")
        || (file.startsWith("file:")
            ? Files.isRegularFile(Path.of(path))
            : EndpointLint.class.getClassLoader().getResource(path) != null);
  }

  private static boolean isSqlFile(String file) {
    return (file.startsWith("classpath:") || file.startsWith("file:")) && file.endsWith(".sql");
  }

  private static @Nullable Address address(Field field) {
    Field written = RouteSheet.field(field.value(), "uri").orElse(field);
    String uri = written.text();
    if (uri == null) {
      return null;
    }
    Map<String, Field> parameters = new LinkedHashMap<>();
    int options = uri.indexOf('?');
    if (options >= 0) {
      for (String option : uri.substring(options + 1).split("&", -1)) {
        String name = option.replaceFirst("=.*", "");
        parameters.put(name, new Field(name, written.key(), written.value()));
      }
    }
    RouteSheet.field(field.value(), "parameters")
        .ifPresent(
            found ->
                RouteSheet.fields(found.value())
                    .forEach(parameter -> parameters.put(parameter.name(), parameter)));
    return new Address(written.key(), uri.trim(), parameters);
  }
}
