package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The way of a message through the routes: where it begins, what may hold it up, that it ends. */
final class FlowLint {

  private static final String ATTEMPT = "seda:attempt";

  /** What waits in memory, and would be lost with the process. */
  private static final Set<String> WAITS = Set.of("delay");

  private static final Set<String> REDELIVERY =
      Set.of("redeliveryPolicy", "redeliveryPolicyRef", "maximumRedeliveries", "retryWhile");

  private final List<RouteSheet> sheets;
  private final Map<String, Field> starts = new HashMap<>();

  private FlowLint(List<RouteSheet> sheets) {
    this.sheets = sheets;
  }

  static void check(List<RouteSheet> sheets) {
    FlowLint lint = new FlowLint(sheets);
    lint.beginnings();
    lint.numbersAndIds();
    for (RouteSheet sheet : sheets) {
      sheet.eachField(field -> waits(sheet, field));
    }
    lint.ending();
  }

  private void beginnings() {
    Map<String, String> taken = new HashMap<>();
    for (RouteSheet sheet : sheets) {
      sheet
          .top("route")
          .forEach(
              route -> {
                Field from = RouteSheet.field(route.value(), "from").orElse(null);
                if (from == null) {
                  sheet.say(
                      route.key(),
                      "this route has no \"from\"; say what it starts with, and steps");
                  return;
                }
                String address = EndpointLint.plain(from);
                starts.put(address, route);
                String first = taken.putIfAbsent(address, sheet.at(from.key()));
                if (first != null && address.startsWith("direct:")) {
                  sheet.say(
                      from.key(),
                      "a route listens at " + address + " already, " + first + "; only one may");
                }
              });
    }
  }

  private void numbersAndIds() {
    Map<String, String> orders = new HashMap<>();
    Map<String, String> ids = new HashMap<>();
    for (RouteSheet sheet : sheets) {
      sheet
          .top("route")
          .forEach(
              route -> {
                RouteSheet.field(route.value(), "startupOrder")
                    .ifPresent(order -> once(sheet, order, orders, "startupOrder"));
                RouteSheet.field(route.value(), "from")
                    .ifPresent(
                        from ->
                            RouteSheet.eachField(
                                from.value(),
                                field -> {
                                  if (field.name().equals("id") && field.text() != null) {
                                    once(sheet, field, ids, "id");
                                  }
                                }));
              });
    }
  }

  private static void once(RouteSheet sheet, Field field, Map<String, String> taken, String what) {
    String first = taken.putIfAbsent(String.valueOf(field.text()), sheet.at(field.key()));
    if (first != null) {
      sheet.say(
          field.key(),
          "the " + what + " " + field.text() + " is taken by " + first + "; choose another");
    }
  }

  private static void waits(RouteSheet sheet, Field field) {
    if (field.name().equals("steps") && field.value() instanceof SequenceNode steps) {
      for (Node step : steps.getValue()) {
        for (Field one : RouteSheet.fields(step)) {
          if (WAITS.contains(one.name())) {
            sheet.say(
                one.key(),
                one.name()
                    + " keeps messages in memory, where they are lost with the process; let a row"
                    + " in the database wait");
          }
        }
      }
    }
    if (field.name().equals("onException")) {
      RouteSheet.fields(field.value()).stream()
          .filter(one -> REDELIVERY.contains(one.name()))
          .forEach(
              one ->
                  sheet.say(
                      one.key(),
                      "redelivery of Camel's would post more often than customers were promised;"
                          + " take it out, what failed is due again by "
                          + Vocabulary.POLICY));
    }
  }

  /** From each attempt a way must lead to where its outcome is recorded and its slot given back. */
  private void ending() {
    Field attempt = starts.get(ATTEMPT);
    if (attempt == null) {
      return;
    }
    Deque<Field> next = new ArrayDeque<>(List.of(attempt));
    Set<Field> seen = new HashSet<>();
    while (!next.isEmpty()) {
      Field route = next.remove();
      if (!seen.add(route)) {
        continue;
      }
      if (records(route)) {
        return;
      }
      RouteSheet.eachField(
          route.value(),
          field -> {
            Field there = field.name().equals("to") ? starts.get(EndpointLint.plain(field)) : null;
            if (there != null) {
              next.add(there);
            }
          });
    }
    for (RouteSheet sheet : sheets) {
      if (sheet.top("route").anyMatch(attempt::equals)) {
        sheet.say(
            attempt.key(),
            "from here no way leads to the bean outcome, method record, where an attempt's slot is"
                + " given back; the node would stand still, so send to direct:outcome at the end");
      }
    }
  }

  private static boolean records(Field route) {
    boolean[] found = new boolean[1];
    RouteSheet.eachField(
        route.value(),
        field -> {
          boolean outcome =
              field.name().equals("bean")
                  && "outcome".equals(text(field, "ref"))
                  && "record".equals(text(field, "method"));
          found[0] |= outcome;
        });
    return found[0];
  }

  private static String text(Field step, String name) {
    return RouteSheet.field(step.value(), name).map(Field::text).orElse("");
  }
}
