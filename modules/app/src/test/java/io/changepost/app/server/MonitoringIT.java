package io.changepost.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.changepost.app.TestServer;
import io.changepost.testkit.Endpoint;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shipped for Prometheus and Grafana, against what a node really tells. */
class MonitoringIT {

  private static final Path DOCKER = Path.of("../../docker").toAbsolutePath().normalize();
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:changepost|jvm|process|system)_[a-z_]*[a-z]\\b");
  private static final Pattern OUTCOMES = Pattern.compile("outcome=~?\\\\?\"([a-z_|]+)");
  private static final Duration SOON = Duration.ofSeconds(20);

  private final Endpoint endpoint = Endpoint.start();
  private final TestServer server;

  MonitoringIT(@TempDir Path folder) {
    server = TestServer.start(folder, Map.of());
  }

  @AfterEach
  void end() {
    server.close();
    endpoint.close();
  }

  private String scrape() {
    return server.managed("/observe/metrics");
  }

  private static Set<String> found(Pattern pattern, int group, String text) {
    Set<String> found = new TreeSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(group));
    }
    return found;
  }

  /** The names before a brace or a blank, at the beginning of a line. */
  private static Set<String> names(String scrape) {
    return found(Pattern.compile("(?m)^([a-z][a-z0-9_]*)[{ ]"), 1, scrape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prometheus/alerts.yaml",
        "prometheus/alerts-test.yaml",
        "grafana/dashboards/changepost.json"
      })
  void every_metric_that_is_named_is_in_a_real_scrape(String file) throws IOException {
    String text = Files.readString(DOCKER.resolve(file));
    String scrape = scrape();
    Set<String> named = found(METRIC, 0, text);

    assertThat(named).isNotEmpty();
    assertThat(names(scrape)).containsAll(named);
    for (String outcomes : found(OUTCOMES, 1, text)) {
      for (String outcome : outcomes.split("\\|")) {
        assertThat(scrape).contains("changepost_attempts_total{outcome=\"" + outcome + "\"");
      }
    }
  }

  @Test
  void the_documents_tell_of_every_metric_of_ours() throws IOException {
    String operating = Files.readString(DOCKER.resolve("../docs/operating.md"));
    for (String name : names(scrape())) {
      if (name.startsWith("changepost_")) {
        String metric = name.replaceFirst("_(bucket|count|sum|max)$", "");
        String last = metric.substring(metric.lastIndexOf('_'));
        assertThat(operating.contains(metric) || operating.contains("`" + last + "`"))
            .as(metric)
            .isTrue();
      }
    }
  }

  @Test
  void the_routes_that_run_are_counted() {
    assertThat(scrape()).containsPattern("(?m)^camel_routes_running_routes\\{.*\\} [1-9]");
  }

  @Test
  void the_number_of_series_does_not_grow_with_webhooks_and_messages() {
    String key = server.organization("Builders");
    server.webhook(key, endpoint.url("/first"));
    server.touchCompany("first");
    endpoint.awaitRequests(1, SOON);
    await().atMost(SOON).until(() -> scrape().contains("outcome=\"delivered\"} 1.0"));
    long before = series();

    for (int i = 0; i < 20; i++) {
      server.webhook(key, endpoint.url("/" + i));
    }
    server.touchCompany("second");
    endpoint.awaitRequests(22, SOON);
    await().atMost(SOON).until(() -> scrape().contains("outcome=\"delivered\"} 22.0"));

    assertThat(series()).isEqualTo(before);
    assertThat(scrape()).doesNotContain("webhookId", "/first", "msg_");
  }

  private long series() {
    return scrape().lines().filter(line -> line.startsWith("changepost_")).count();
  }

  @Test
  void promtool_takes_the_rules_and_the_configuration() throws Exception {
    String found = promtool();
    assumeThat(found).as("promtool is not on the PATH; Debian has it in prometheus").isNotNull();
    String promtool = String.valueOf(found);
    Path rules = DOCKER.resolve("prometheus");

    assertThat(run(rules, promtool, "check", "rules", "alerts.yaml")).contains("SUCCESS");
    assertThat(run(rules, promtool, "test", "rules", "alerts-test.yaml")).contains("SUCCESS");
    assertThat(run(rules, promtool, "check", "config", "prometheus.yaml")).contains("SUCCESS");
  }

  private static @Nullable String promtool() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, "promtool"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  private static String run(Path folder, String... words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(List.of(words))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
