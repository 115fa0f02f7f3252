package io.changepost.routing;

import io.changepost.routing.Grammar.Place;
import io.changepost.routing.RouteSheet.Field;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.util.StringHelper;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The words of a file that Camel does not have: misspelt steps and fields, values that are none of
 * those which are possible. Camel itself is the judge; this tells what it refused, all of it at
 * once, each at its line, with the word that was meant.
 */
final class GrammarLint {

  private static final Pattern BOOLEAN = Pattern.compile("(?i)true|false");
  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  /** A setting or a bean, whatever the schema says of the value. */
  private static final Pattern ELSEWHERE = Pattern.compile("#.*|.*\\{\\{.*", Pattern.DOTALL);

  private final RouteSheet sheet;

  private GrammarLint(RouteSheet sheet) {
    this.sheet = sheet;
  }

  static void check(RouteSheet sheet, Grammar grammar) {
    GrammarLint lint = new GrammarLint(sheet);
    sheet.eachItem(item -> lint.fields(item, grammar.top(), ""));
  }

  private void fields(MappingNode mapping, Place place, String owner) {
    for (Field field : RouteSheet.fields(mapping)) {
      // Camel takes both ways of writing: logging-level and loggingLevel.
      String name = StringHelper.dashToCamelCase(field.name());
      if (place.names().contains(name)) {
        value(field.key(), field.value(), place.field(name), name);
      } else if (place.hasOnlyThese()) {
        sheet.say(field.key(), unknown(field.name(), place, owner));
      }
    }
  }

  private static String unknown(String name, Place place, String owner) {
    String what =
        switch (owner) {
          case "" -> "\"" + name + "\" is nothing that a route file may have";
          case "steps" -> "there is no step \"" + name + "\"";
          default -> owner + " has no field \"" + name + "\"";
        };
    return what
        + "; "
        + Nearest.advice(name, place.names(), "there are " + Nearest.listed(place.names()));
  }

  private void value(Node where, Node value, Place place, String name) {
    if (place.isAnything()) {
      return;
    }
    if (value instanceof MappingNode mapping) {
      if (place.names().isEmpty() && !place.mayBe("object")) {
        sheet.say(where, takes(name, place));
      } else {
        fields(mapping, place, name);
      }
    } else if (value instanceof SequenceNode sequence) {
      place
          .entries()
          .ifPresentOrElse(
              entry -> sequence.getValue().forEach(one -> value(one, one, entry, name)),
              () -> sheet.say(where, takes(name, place)));
    } else if (value instanceof ScalarNode scalar) {
      text(where, scalar.getValue(), place, name);
    }
  }

  private void text(Node where, String text, Place place, String name) {
    if (place.mayBe("string") || text.isEmpty() || ELSEWHERE.matcher(text).matches()) {
      return;
    }
    List<String> words = place.words();
    boolean right =
        words.stream().anyMatch(text::equalsIgnoreCase)
            || place.mayBe("boolean") && BOOLEAN.matcher(text).matches()
            || place.mayBe("number") && NUMBER.matcher(text).matches();
    if (!right && place.names().contains(text)) {
      sheet.say(
          where, "\"" + text + "\" takes fields, be it none; write it as \"" + text + ": {}\"");
    } else if (!right) {
      sheet.say(where, takes(name, place) + ", not \"" + text + "\"");
    }
  }

  private static String takes(String name, Place place) {
    String what;
    if (!place.words().isEmpty()) {
      what = "one of " + String.join(", ", place.words());
    } else if (place.mayBe("boolean")) {
      what = "true or false";
    } else if (place.mayBe("number")) {
      what = "a number";
    } else if (place.mayBe("string")) {
      what = "a text";
    } else if (place.entries().isPresent()) {
      what = "a list; begin each of its entries with \"- \"";
    } else {
      what = "fields: " + Nearest.listed(place.names());
    }
    return name + " takes " + what;
  }
}
