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
      Files.writeString(folder.resolve(name), "- route:\n    id: one\n");
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
                + " name; call it 70-mine.camel.yaml, or take it out of this folder",
            "80-too.camel.yml:1: this file is not read, because changepost.routes does not match"
                + " its name; call it 80-too.camel.yaml, or take it out of this folder");
  }

  @Test
  void what_the_setting_leaves_out_on_purpose_is_nobodys_concern() throws IOException {
    assertThat(unread(files("10-*.camel.yaml", "10-a.camel.yaml", "20-b.camel.yaml"))).isEmpty();
  }

  @Test
  void a_name_that_is_taken_is_not_advised() throws IOException {
    assertThat(unread(files("*.camel.yaml", "70-mine.camel.yaml", "70-mine.yaml")))
        .singleElement()
        .asString()
        .endsWith("does not match its name; take it out of this folder");
  }

  @Test
  void other_files_are_nobodys_concern() throws IOException {
    Files.writeString(folder.resolve("docker-compose.yml"), "services:\n  db: {}\n");
    assertThat(
            unread(files("*.camel.yaml", "10-a.camel.yaml", "README.md", "70-mine.camel.yaml.off")))
        .isEmpty();
  }
}
