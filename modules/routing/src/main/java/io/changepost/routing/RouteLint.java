package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Finds in route files what Camel would start with all the same, or refuse in its own words: a
 * misspelt error policy, an address nobody listens at, an option that would end up in a customer's
 * URL. Reads files and nothing else, starts nothing. Thread-safe.
 */
public final class RouteLint {

  private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  private final List<Finding> findings = new ArrayList<>();
  private final List<RouteSheet> sheets = new ArrayList<>();

  private RouteLint() {}

  /**
   * Checks files that are loaded together, so all of a folder.
   *
   * @return what must be mended, by file and line; empty where all is well
   */
  public static List<Finding> check(List<Path> files) {
    return new RouteLint().run(files);
  }

  /**
   * Looks for words that Camel does not have, in files that Camel has refused: to have them refused
   * is Camel's own matter. Reads Camel's schema of route files, which takes some tenths of a
   * second.
   *
   * @return each of them, by file and line; empty where something else is wrong
   */
  public static List<Finding> misspelt(List<Path> files) {
    RouteLint lint = new RouteLint();
    files.stream().sorted().forEach(lint::read);
    Grammar grammar = Grammar.ofCamel();
    lint.sheets.forEach(sheet -> GrammarLint.check(sheet, grammar));
    return lint.inOrder();
  }

  private List<Finding> run(List<Path> files) {
    files.stream().sorted().forEach(this::read);
    checkTop();
    checkRoutes();
    EndpointLint.check(sheets);
    FlowLint.check(sheets);
    BeanLint.check(sheets);
    sheets.forEach(SecretLint::check);
    // What a file that cannot be read would have declared is not missing.
    if (sheets.size() == files.size()) {
      PolicyLint.check(sheets, findings);
    }
    return inOrder();
  }

  private List<Finding> inOrder() {
    return findings.stream()
        .distinct()
        .sorted(Comparator.comparing(Finding::file).thenComparingInt(Finding::line))
        .toList();
  }

  private void read(Path path) {
    String file = Finding.named(path);
    try {
      Node root =
          new Compose(LoadSettings.builder().setLabel(file).build())
              .composeString(Files.readString(path))
              .orElse(null);
      List<MappingNode> items = new ArrayList<>();
      if (root instanceof SequenceNode list) {
        for (Node item : list.getValue()) {
          if (item instanceof MappingNode mapping) {
            items.add(mapping);
          }
        }
      }
      RouteSheet sheet = new RouteSheet(file, items, findings);
      sheets.add(sheet);
      if (root == null) {
        sheet.say(1, "this file is empty; write a route into it, or take it away");
      } else if (!(root instanceof SequenceNode)) {
        sheet.say(root, "a route file is a list; begin each route with \"- route:\"");
      }
    } catch (MarkedYamlEngineException wrong) {
      int line = wrong.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      findings.add(new Finding(file, line, "this is not YAML: " + wrong.getProblem()));
    } catch (YamlEngineException wrong) {
      findings.add(new Finding(file, 1, "this is not YAML: " + wrong.getMessage()));
    } catch (CharacterCodingException wrong) {
      findings.add(new Finding(file, 1, "this is not text in UTF-8; save it as UTF-8"));
    } catch (IOException wrong) {
      findings.add(new Finding(file, 1, "this file cannot be read: " + wrong.getMessage()));
    }
  }

  private void checkTop() {
    for (RouteSheet sheet : sheets) {
      sheet
          .top("errorHandler")
          .forEach(
              found ->
                  sheet.say(
                      found.key(),
                      "an errorHandler at the top of a file acts on the routes of all files; "
                          + "take it out and name a routeConfigurationId in the route"));
      sheet
          .top("from")
          .forEach(
              found ->
                  sheet.say(
                      found.key(),
                      "this route has no id; put it under \"- route:\" with id, description and "
                          + "routeConfigurationId"));
      Set<Node> told = new HashSet<>();
      sheet.eachField(field -> twice(sheet, field.value(), told));
    }
  }

  private static void twice(RouteSheet sheet, Node mapping, Set<Node> told) {
    if (!told.add(mapping)) {
      return;
    }
    Set<String> names = new HashSet<>();
    for (Field field : RouteSheet.fields(mapping)) {
      if (!names.add(field.name())) {
        sheet.say(
            field.key(), "\"" + field.name() + "\" is here twice; only one of them would count");
      }
    }
  }

  private void checkRoutes() {
    Set<String> configurations = new HashSet<>();
    for (RouteSheet sheet : sheets) {
      sheet
          .top("routeConfiguration")
          .flatMap(found -> RouteSheet.field(found.value(), "id").stream())
          .forEach(id -> configurations.add(String.valueOf(id.text())));
    }
    Map<String, String> known = new HashMap<>();
    for (RouteSheet sheet : sheets) {
      sheet
          .top("route")
          .forEach(
              route -> {
                checkId(sheet, route, known);
                checkDescription(sheet, route);
                checkConfiguration(sheet, route, configurations);
              });
    }
  }

  private static void checkId(RouteSheet sheet, Field route, Map<String, String> known) {
    Field id = RouteSheet.field(route.value(), "id").orElse(null);
    String text = id == null ? null : id.text();
    if (id == null || text == null || text.isBlank()) {
      sheet.say(route.key(), "this route has no id; give it one that says its role");
      return;
    }
    if (!KEBAB.matcher(text).matches()) {
      sheet.say(
          id.key(),
          "the id \"" + text + "\" must be lower-case words with hyphens, such as fan-out");
    }
    String first = known.putIfAbsent(text, sheet.at(id.key()));
    if (first != null) {
      sheet.say(id.key(), "the id \"" + text + "\" is taken by " + first + "; give it another");
    }
  }

  private static void checkDescription(RouteSheet sheet, Field route) {
    boolean there =
        RouteSheet.field(route.value(), "description")
            .map(Field::text)
            .filter(text -> !text.isBlank())
            .isPresent();
    if (!there) {
      sheet.say(route.key(), "this route has no description; say in one sentence what it does");
    }
  }

  private static void checkConfiguration(
      RouteSheet sheet, Field route, Set<String> configurations) {
    Field found = RouteSheet.field(route.value(), "routeConfigurationId").orElse(null);
    if (found == null) {
      sheet.say(
          route.key(),
          "this route has no routeConfigurationId, so what it throws is nobody's; name one of "
              + sorted(configurations));
    } else if (!configurations.contains(String.valueOf(found.text()))) {
      sheet.say(
          found.key(),
          "there is no routeConfiguration \""
              + found.text()
              + "\", and Camel would leave it out silently; name one of "
              + sorted(configurations));
    }
  }

  static String sorted(Set<String> names) {
    return names.isEmpty()
        ? "(none is declared)"
        : String.join(", ", names.stream().sorted().toList());
  }
}
