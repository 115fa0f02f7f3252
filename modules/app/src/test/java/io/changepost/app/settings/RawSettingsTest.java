package io.changepost.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawSettingsTest {

  private static final String PORT = "changepost.http.port";

  private final Path folder;

  RawSettingsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("application.properties"), java.util.List.of(lines));
  }

  private static Properties properties(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return properties;
  }

  @Test
  void without_a_file_the_defaults_count() {
    RawSettings raw = RawSettings.read(folder.resolve("none"), Map.of(), new Properties());

    assertThat(raw.text(PORT)).isEqualTo("8080");
    assertThat(raw.warnings()).isEmpty();
  }

  @Test
  void the_environment_wins_over_the_file_and_a_system_property_over_both() throws IOException {
    Path file = file(PORT + " = 1001 ");
    Map<String, String> environment = Map.of("CHANGEPOST_HTTP_PORT", "1002");

    assertThat(RawSettings.read(file, Map.of(), new Properties()).text(PORT)).isEqualTo("1001");
    assertThat(RawSettings.read(file, environment, new Properties()).text(PORT)).isEqualTo("1002");
    assertThat(RawSettings.read(file, environment, properties(PORT, "1003")).text(PORT))
        .isEqualTo("1003");
  }

  @Test
  void every_setting_has_a_variable_of_its_own() {
    assertThat(SettingNames.defaults().keySet().stream().map(SettingNames::variable))
        .doesNotHaveDuplicates()
        .contains("CHANGEPOST_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "CHANGEPOST_DATABASE_POOL_SIZE");
  }

  @ParameterizedTest
  @CsvSource({
    "changepost.http.prot, changepost.http.port",
    "changepost.retention.days, changepost.retention",
    "chnagepost.http.port, changepost.http.port",
    "changepost.delivery.inflight, changepost.delivery.in-flight",
  })
  void an_unknown_name_in_the_file_is_refused_with_the_nearest(String wrong, String near)
      throws IOException {
    Path file = file(wrong + "=1");

    assertThatThrownBy(() -> RawSettings.read(file, Map.of(), new Properties()))
        .isInstanceOf(WrongSettingException.class)
        .hasMessageContaining("there is no setting " + wrong + "; did you mean " + near + "?")
        .hasMessageContaining("application.properties");
  }

  @Test
  void a_name_of_ours_that_is_like_no_other_is_refused_all_the_same() throws IOException {
    Path file = file("changepost.something.completely.different.from.it.all=1");

    assertThatThrownBy(() -> RawSettings.read(file, Map.of(), new Properties()))
        .hasMessageEndingWith("changepost.something.completely.different.from.it.all");
  }

  @Test
  void an_unknown_system_property_of_ours_is_refused() {
    assertThatThrownBy(
            () ->
                RawSettings.read(
                    folder.resolve("none"), Map.of(), properties("changepost.http.prt", "1")))
        .hasMessageContaining("did you mean changepost.http.port?");
  }

  @Test
  void names_of_camel_and_of_the_routes_are_handed_on() throws IOException {
    Path file = file("camel.main.shutdownTimeout=9", "chat.room=integration");

    assertThat(RawSettings.read(file, Map.of(), new Properties()).others())
        .containsOnly(
            Map.entry("camel.main.shutdownTimeout", "9"), Map.entry("chat.room", "integration"));
  }

  @Test
  void a_variable_that_is_nearly_one_of_ours_is_warned_of_and_a_foreign_one_is_not() {
    Map<String, String> environment =
        Map.of("CHANGEPOST_HTTP_PROT", "1", "CHANGEPOST_SERVICE_HOST", "10.0.0.1", "HOME", "/root");

    assertThat(RawSettings.read(folder.resolve("none"), environment, new Properties()).warnings())
        .containsExactly(
            "the environment variable CHANGEPOST_HTTP_PROT is no setting; did you mean"
                + " CHANGEPOST_HTTP_PORT?");
  }
}
