package io.changepost.app.server;

import io.changepost.routing.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says what Camel refuses in a sentence that tells what to do. What is not known here stays in
 * Camel's words.
 */
final class PlainWords {

  private record Rule(Pattern camels, Function<Matcher, String> ours) {}

  private final List<Rule> rules;

  /** With the names of the settings that routes may use. */
  PlainWords(Set<String> settings) {
    rules =
        List.of(
            rule("Property with key \\[([^]]+)] not found", m -> noSetting(m.group(1), settings)),
            rule(
                "No (?:endpoint|component) could be found for: ([\\w-]+)", PlainWords::noComponent),
            rule(
                "Failed to resolve endpoint: ([\\w-]+):.*Unknown parameters=\\[\\{([\\w.-]+)=",
                PlainWords::noOption),
            rule("No language could be found for: (\\w+)", PlainWords::noLanguage),
            rule("No enum constant ([\\w.$]+)\\.([^.]+)$", PlainWords::noValue),
            rule(
                "Cannot convert the String value: (.*) to type: boolean",
                m -> "\"" + m.group(1) + "\" must be true or false"),
            rule("Route [\\w-]+ has no output processors", m -> "this route has no steps; add one"),
            rule(
                "Definition has no children on (\\w+)\\[",
                m ->
                    "a "
                        + m.group(1).toLowerCase(Locale.ROOT)
                        + " of this route has no steps; add one"),
            rule(
                "expected symbol functionEnd but was",
                m -> "an expression that begins with ${ does not end; write its }"),
            rule("Valid syntax: (.*) was: (.*)", PlainWords::noSyntax));
  }

  private static Rule rule(String camels, Function<Matcher, String> ours) {
    return new Rule(Pattern.compile(camels), ours);
  }

  String of(String camels) {
    for (Rule rule : rules) {
      Matcher said = rule.camels().matcher(camels);
      if (said.find()) {
        return rule.ours().apply(said);
      }
    }
    return camels;
  }

  private static String noSetting(String name, Set<String> settings) {
    return "there is no setting "
        + name
        + "; "
        + Nearest.advice(
            name, settings, "write it to config/application.properties, or correct the name");
  }

  private static String noComponent(Matcher said) {
    return "there is no component \""
        + said.group(1)
        + "\" for this address; "
        + orItsJar(said.group(1), CamelParts.components());
  }

  private static String orItsJar(String wrong, Set<String> known) {
    return Nearest.advice(
        wrong, known, "put its jar into lib/, or use one of " + Nearest.listed(known));
  }

  private static String noOption(Matcher said) {
    Set<String> options = CamelParts.options(said.group(1));
    return said.group(1)
        + " has no option \""
        + said.group(2)
        + "\""
        + (options.isEmpty()
            ? ""
            : "; "
                + Nearest.advice(said.group(2), options, "there are " + Nearest.listed(options)));
  }

  private static String noLanguage(Matcher said) {
    return "there is no language \""
        + said.group(1)
        + "\"; "
        + orItsJar(said.group(1), CamelParts.languages());
  }

  private static String noValue(Matcher said) {
    String values = "";
    try {
      Object[] all = Class.forName(said.group(1)).getEnumConstants();
      values =
          all == null
              ? ""
              : "; there are "
                  + String.join(", ", Arrays.stream(all).map(String::valueOf).toList());
    } catch (ClassNotFoundException untold) {
      // Then the word alone must do.
    }
    return "\"" + said.group(2) + "\" is no value here" + values;
  }

  private static String noSyntax(Matcher said) {
    return "${" + said.group(2) + "} is no expression; write it as " + said.group(1);
  }
}
