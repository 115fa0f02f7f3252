package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeEnvironmentTest {

  @Test
  void a_measured_server_knows_no_setting_of_the_installation() {
    Map<String, String> environment =
        NodeEnvironment.of(
            Map.of(
                "PATH", "/usr/bin",
                "CHANGEPOST_DATABASE_URL", "jdbc:postgresql://production/app",
                "CHANGEPOST_ENCRYPTION_KEY", "a key",
                "CHANGEPOST_CONFIG", "/etc/changepost.properties",
                "CHANGEPOST_JAVA_OPTS",
                    "-Xmx1g -Dchangepost.database.url=jdbc:postgresql://other/app"),
            Map.of("CHANGEPOST_CONFIG", "/tmp/empty.properties", "CHANGEPOST_HTTP_PORT", "1234"));

    assertThat(environment)
        .containsOnly(
            Map.entry("PATH", "/usr/bin"),
            Map.entry("CHANGEPOST_JAVA_OPTS", "-Xmx1g"),
            Map.entry("CHANGEPOST_CONFIG", "/tmp/empty.properties"),
            Map.entry("CHANGEPOST_HTTP_PORT", "1234"));
  }
}
