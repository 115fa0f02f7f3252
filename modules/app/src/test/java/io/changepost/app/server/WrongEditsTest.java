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
        mistake(10, "log: \"${body}\"", "flapdoodle: {}", "flapdoodle"),
        mistake(10, "log: \"${body}\"", "log: {mesage: x}", "mesage"),
        mistake(10, "log: \"${body}\"", "log: \"${bodyy}\"", "bodyy"),
        mistake(10, "log: \"${body}\"", "to: carrier-pigeon:home", "carrier-pigeon"),
        mistake(10, "log: \"${body}\"", "to: log:a?showBodyy=true", "showBodyy"),
        mistake(10, "log: \"${body}\"", "to: log:a?showBody=perhaps", "perhaps"),
        mistake(10, "log: \"${body}\"", "log: \"{{my.setting}}\"", "my.setting"),
        mistake(10, "log: \"${body}\"", "setBody: {groovy: 1 + 1}", "groovy"),
        mistake(
            11,
            "log: \"${body}\"",
            "log: a\n        - choice: {when: [{simple: '${body == 1', steps: [{log: x}]}]}",
            "functionEnd"),
        mistake(8, "period: 60000", "perod: 60000", "perod"),
        mistake(2, "      - log: \"${body}\"\n", "      []\n", "no output"),
        mistake(1, "- route:", "- rote:", "rote"),
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
  void what_is_right_is_read() throws IOException {
    Files.writeString(routes.resolve("70-own.camel.yaml"), OWN);

    assertThat(RouteBook.read(settings())).anyMatch(route -> route.id().equals("own"));
  }

  private ServerSettings settings() {
    return ServerSettings.of(
        RawSettings.of(Map.of("changepost.routes", routes + "/*.camel.yaml")), HOME);
  }
}
