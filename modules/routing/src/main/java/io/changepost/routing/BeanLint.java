package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The beans that routes name: only words of the vocabulary, or what the files declare. */
final class BeanLint {

  private static final Pattern BEAN_URI =
      Pattern.compile("bean:/*([^?]+)(?:\\?.*method=([^&]+).*)?.*");
  private static final Pattern IN_TEXT =
      Pattern.compile("\\$\\{bean:([\\w-]+)(?:(?:\\?method=|\\.|::)(\\w+))?[^}]*}");
  private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z][\\w-]*)");

  private final RouteSheet sheet;
  private final Set<String> declared;

  private BeanLint(RouteSheet sheet, Set<String> declared) {
    this.sheet = sheet;
    this.declared = declared;
  }

  static void check(List<RouteSheet> sheets) {
    Set<String> declared = new HashSet<>();
    for (RouteSheet sheet : sheets) {
      PolicyLint.beans(sheet)
          .forEach(
              bean ->
                  RouteSheet.field(bean, "name")
                      .ifPresent(name -> declared.add(String.valueOf(name.text()))));
    }
    for (RouteSheet sheet : sheets) {
      BeanLint lint = new BeanLint(sheet, declared);
      sheet.eachField(lint::field);
      sheet.eachText(node -> lint.text(node, node.getValue()));
    }
  }

  private void field(Field field) {
    switch (field.name()) {
      case "bean", "method", "process" -> named(field);
      case "uri", "to" -> {
        Matcher uri = BEAN_URI.matcher(String.valueOf(field.text()));
        if (uri.matches()) {
          word(field.key(), uri.group(1), uri.group(2));
        }
      }
      case "parameters" ->
          RouteSheet.fields(field.value()).forEach(parameter -> reference(parameter));
      default -> {
        // Names no bean.
      }
    }
  }

  private void named(Field step) {
    RouteSheet.field(step.value(), "beanType")
        .ifPresent(
            type ->
                sheet.say(
                    type.key(),
                    "a route calls beans by name, not by class; declare it under \"beans:\" and "
                        + "give ref"));
    Field ref = RouteSheet.field(step.value(), "ref").orElse(null);
    if (ref != null) {
      Field method = RouteSheet.field(step.value(), "method").orElse(null);
      String name = String.valueOf(ref.text());
      word(ref.key(), name, null);
      if (method != null) {
        method(method.key(), name, method.text());
      }
    }
  }

  private void reference(Field parameter) {
    Matcher reference = REFERENCE.matcher(String.valueOf(parameter.text()));
    if (reference.matches() && !Vocabulary.RESOURCES.contains(reference.group(1))) {
      word(parameter.key(), reference.group(1), null);
    }
  }

  private void text(Node where, String text) {
    Matcher bean = IN_TEXT.matcher(text);
    while (bean.find()) {
      word(where, bean.group(1), bean.group(2));
    }
  }

  private void word(Node where, String name, @Nullable String method) {
    if (declared.contains(name)) {
      return;
    }
    Class<?> type = Vocabulary.WORDS.get(name);
    if (type == null) {
      Set<String> known = new TreeSet<>(Vocabulary.WORDS.keySet());
      known.addAll(declared);
      sheet.say(
          where,
          "there is no bean \""
              + name
              + "\"; use one of "
              + RouteLint.sorted(known)
              + ", or declare it under \"beans:\"");
    } else {
      method(where, name, method);
    }
  }

  private void method(Node where, String name, @Nullable String method) {
    Class<?> type = declared.contains(name) ? null : Vocabulary.WORDS.get(name);
    if (type == null || method == null) {
      return;
    }
    Set<String> methods = new TreeSet<>();
    Arrays.stream(type.getDeclaredMethods())
        .filter(one -> Modifier.isPublic(one.getModifiers()))
        .map(Method::getName)
        .forEach(methods::add);
    if (!methods.contains(method.replaceFirst("\\(.*", ""))) {
      sheet.say(
          where,
          "the bean "
              + name
              + " has no method \""
              + method
              + "\"; it has "
              + RouteLint.sorted(methods));
    }
  }
}
