package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteFilesTest {

  private final Path folder;

  RouteFilesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ServerSettings files(String pattern, String... names) throws IOException {
    for (String name : names) {
      Files.writeString(folder.resolve(name), "");
    }
    return ServerSettings.of(
        RawSettings.of(Map.of("changepost.routes", folder + "/" + pattern)), folder);
  }

  private static List<String> unread(ServerSettings settings) {
    return RouteFiles.unread(settings).stream()
        .map(finding -> finding.toString().replaceFirst("^[^/]*/", ""))
        .toList();
  }

  @Test
  void a_file_beside_them_with_another_name_is_told_with_the_name_it_needs() throws IOException {
    ServerSettings settings =
        files("*.camel.yaml", "10-a.camel.yaml", "70-mine.yaml", "80-too.camel.yml");

    assertThat(unread(settings))
        .containsExactly(
            "70-mine.yaml:1: this file is not read, because changepost.routes does not match its"
                + " name; call it 70-mine.camel.yaml, or let it not end in .yaml",
            "80-too.camel.yml:1: this file is not read, because changepost.routes does not match"
                + " its name; call it 80-too.camel.yaml, or let it not end in .yaml");
  }

  @Test
  void where_no_name_would_do_the_setting_is_named() throws IOException {
    assertThat(unread(files("10-*.camel.yaml", "10-a.camel.yaml", "20-b.camel.yaml")))
        .singleElement()
        .asString()
        .contains("mend the name or the setting");
  }

  @Test
  void other_files_are_nobodys_concern() throws IOException {
    assertThat(
            unread(files("*.camel.yaml", "10-a.camel.yaml", "README.md", "70-mine.camel.yaml.off")))
        .isEmpty();
  }
}
