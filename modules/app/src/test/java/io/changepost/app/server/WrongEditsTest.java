package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes that only Camel sees: it refuses them, and we say where they are. */
class WrongEditsTest {

  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  private static final String OWN =
      """
      - route:
          id: own
          description: Of the integration team
          routeConfigurationId: keep-going
          from:
            uri: timer:own
            parameters:
              period: 60000
            steps:
              - log: "${body}"
      """;

  private final Path routes;

  WrongEditsTest(@TempDir Path folder) throws IOException {
    routes = Files.createDirectory(folder.resolve("routes"));
    try (Stream<Path> files = Files.list(HOME.resolve("routes"))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".yaml")).toList()) {
        Files.copy(file, routes.resolve(file.getFileName()));
      }
    }
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        step(
            "flapdoodle: {}",
            "there is no step \"flapdoodle\"; there are aggregate, bean, choice,"),
        step("log: {mesage: x}", "log has no field \"mesage\"; did you mean message?"),
        step(
            "log: {loggingLevel: WARM, message: x}",
            "loggingLevel takes one of TRACE, DEBUG, INFO, WARN, ERROR, OFF, not \"WARM\""),
        step("log: {message: {simple: x}}", "message takes a text"),
        step("split: {simple: x, steps: {log: x}}", "steps takes a list"),
        step("log: \"${bodyy}\"", "${bodyy} is no expression; write it as ${body.OGNL}"),
        step(
            "to: carrier-pigeon:home",
            "there is no component \"carrier-pigeon\" for this address; put its jar into lib/, or"),
        step("to: smtps:mail.example.com", "address; put its jar into lib/, or use one of bean,"),
        step("stop", "\"stop\" takes fields, be it none; write it as \"stop: {}\""),
        step("to: log:a?showBodyy=true", "log has no option \"showBodyy\"; did you mean showBody?"),
        step("to: log:a?showBody=perhaps", "\"perhaps\" must be true or false"),
        step("to: log:a?level=WARM", "\"WARM\" is no value here; there are TRACE, DEBUG, INFO,"),
        step("log: \"{{my.setting}}\"", "there is no setting my.setting; write it to config/"),
        step(
            "log: \"{{changepost.retentoin}}\"",
            "there is no setting changepost.retentoin; did you mean changepost.retention?"),
        step(
            "setBody: {groovy: 1 + 1}",
            "there is no language \"groovy\"; put its jar into lib/, or use one of bean,"),
        step("setBody: {simpel: x}", "setBody has no field \"simpel\"; did you mean simple?"),
        step(
            "choice: {when: [{simple: '${body == 1', steps: [{log: x}]}]}",
            "an expression that begins with ${ does not end; write its }"),
        mistake(
            12,
            "log: \"${body}\"",
            "split:\n            simple: x\n            parallelProcessing: yess\n            steps: [{log: x}]",
            "parallelProcessing takes true or false, not \"yess\""),
        mistake(
            5, "keep-going", "keep-going\n    startupOrder: soon", "startupOrder takes a number"),
        mistake(
            6,
            "timer:own",
            "timr:own",
            "no component \"timr\" for this address; did you mean timer?"),
        mistake(
            8,
            "period: 60000",
            "perod: 60000",
            "timer has no option \"perod\"; did you mean period?"),
        mistake(
            2,
            "log: \"${body}\"",
            "split: {simple: x}",
            "a split of this route has no steps; add one"),
        mistake(2, "      - log: \"${body}\"\n", "      []\n", "this route has no steps; add one"),
        mistake(
            1, "- route:", "- rote:", "\"rote\" is nothing that a route file may have; did you"),
        mistake(
            3,
            "- route:",
            "- beans:\n    - name: mailer\n      type: org.example.Mailer\n- route:",
            "there is no class org.example.Mailer"),
        mistake(
            8,
            "timer:own\n      parameters:\n        period: 60000\n",
            "quartz:own\n      parameters:\n        cron: 0 0 25 * * ?\n",
            "Hour values"));
  }

  private static Arguments step(String instead, String told) {
    return mistake(10, "log: \"${body}\"", instead, told);
  }

  private static Arguments mistake(int line, String from, String to, String told) {
    return Arguments.of(line, from, to, told);
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("mistakes")
  void is_refused_with_file_and_line(int line, String from, String to, String told)
      throws IOException {
    assertThat(OWN).contains(from);
    Files.writeString(routes.resolve("70-own.camel.yaml"), OWN.replace(from, to));

    assertThatThrownBy(() -> RouteBook.read(settings()))
        .isInstanceOf(WrongSettingException.class)
        .hasMessageStartingWith("routes/70-own.camel.yaml:" + line + ": ")
        .hasMessageContaining(told);
  }

  @Test
  void all_that_is_misspelt_in_a_file_is_told_at_once() throws IOException {
    Files.writeString(
        routes.resolve("70-own.camel.yaml"),
        OWN.replace("log: \"${body}\"", "log: {mesage: x}\n        - setBody: {simpel: y}"));

    assertThatThrownBy(() -> RouteBook.read(settings()))
        .hasMessage(
            """
            routes/70-own.camel.yaml:10: log has no field "mesage"; did you mean message?
            routes/70-own.camel.yaml:11: setBody has no field "simpel"; did you mean simple?""");
  }

  @Test
  void what_camel_takes_in_another_spelling_is_not_blamed_for_another_mistake() throws IOException {
    Files.writeString(
        routes.resolve("70-own.camel.yaml"),
        OWN.replace(
            "log: \"${body}\"",
            "log: {logging-level: WARN, message: x}\n        - split: {simple: x,"
                + " parallelProcessing: True, steps: [{log: {mesage: x}}]}"));

    assertThatThrownBy(() -> RouteBook.read(settings()))
        .hasMessage(
            "routes/70-own.camel.yaml:11: log has no field \"mesage\"; did you mean message?");
  }

  @Test
  void what_is_right_is_read() throws IOException {
    Files.writeString(routes.resolve("70-own.camel.yaml"), OWN);

    assertThat(RouteBook.read(settings())).anyMatch(route -> route.id().equals("own"));
  }

  private ServerSettings settings() {
    return ServerSettings.of(
        RawSettings.of(Map.of("changepost.routes", routes + "/*.camel.yaml")), HOME);
  }
}
