package io.changepost.routing;

import io.changepost.routing.RouteSheet.Field;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** What route files must not show, because they are read aloud, shown in consoles and shared. */
final class SecretLint {

  private static final Pattern SURROUNDINGS =
      Pattern.compile("\\{\\{\\s*\\??(env|sys)[:.].*|\\$\\{(env|sys|sysenv)[:.].*", Pattern.DOTALL);
  private static final String SECRET =
      "(?:[\\w-]*(?:password|passwd|passphrase|secret|api-?key|access-?key|private-?key"
          + "|access-?token|auth-?token))";
  private static final Pattern SECRET_NAME = Pattern.compile(SECRET, Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET_IN_URI =
      Pattern.compile(
          "[?&]" + SECRET + "=(?!\\{\\{|#)[^&]|://[^/@:\\s]+:(?!\\{\\{)[^/@\\s]+@",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern SECRET_HEADER =
      Pattern.compile(
          "authorization|proxy-authorization|x-api-key|cookie", Pattern.CASE_INSENSITIVE);
  private static final String SAY_IT_BY_SETTING =
      "; put it into config/application.properties and write {{its.name}} here";

  private SecretLint() {}

  static void check(RouteSheet sheet) {
    sheet.eachText(text -> check(sheet, text));
    sheet.eachField(
        field -> {
          String text = field.text();
          if (text != null && SECRET_NAME.matcher(field.name()).matches() && isLiteral(text)) {
            sheet.say(field.key(), "\"" + field.name() + "\" is written out" + SAY_IT_BY_SETTING);
          }
          if (field.name().equals("setHeader")) {
            header(sheet, field);
          }
        });
  }

  private static void check(RouteSheet sheet, ScalarNode text) {
    if (SURROUNDINGS.matcher(text.getValue()).find()) {
      sheet.say(
          text,
          "a route must not read the environment or system properties, where passwords are"
              + SAY_IT_BY_SETTING);
    }
    if (SECRET_IN_URI.matcher(text.getValue()).find()) {
      sheet.say(text, "this address holds a password or a key" + SAY_IT_BY_SETTING);
    }
  }

  private static void header(RouteSheet sheet, Field step) {
    boolean secret =
        RouteSheet.field(step.value(), "name")
            .map(Field::text)
            .filter(name -> SECRET_HEADER.matcher(name).matches())
            .isPresent();
    if (!secret) {
      return;
    }
    for (String language : List.of("constant", "simple", "expression")) {
      RouteSheet.field(step.value(), language)
          .filter(value -> value.text() == null || isLiteral(String.valueOf(value.text())))
          .ifPresent(
              value ->
                  sheet.say(value.key(), "this header's value is written out" + SAY_IT_BY_SETTING));
    }
  }

  private static boolean isLiteral(String text) {
    return !text.isBlank()
        && !text.contains("{{")
        && !text.startsWith("#")
        && !text.startsWith("${");
  }
}
