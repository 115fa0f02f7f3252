package io.changepost.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {

  private static final Path HOME = Path.of("/opt/changepost");

  private static ServerSettings settings(Map<String, String> values) {
    return ServerSettings.of(RawSettings.of(values), HOME);
  }

  @Test
  void the_defaults_are_those_of_the_contract() {
    ServerSettings settings = settings(Map.of());

    assertThat(settings.listen().http().url()).isEqualTo("http://127.0.0.1:8080");
    assertThat(settings.listen().management().url()).isEqualTo("http://127.0.0.1:8081");
    assertThat(settings.database()).isNull();
    assertThat(settings.places().dataDir()).isEqualTo(HOME.resolve("data"));
    assertThat(settings.places().routes()).containsExactly("/opt/changepost/routes/*.camel.yaml");
    assertThat(settings.delivery().timeout()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.delivery().connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.delivery().httpsOnly()).isTrue();
    assertThat(settings.delivery().allowedNetworks()).isEmpty();
    assertThat(settings.routing().slots().total()).isEqualTo(512);
    assertThat(settings.routing().slots().perWebhook()).isEqualTo(10);
    assertThat(settings.routing().lease()).isEqualTo(Duration.ofSeconds(45));
    assertThat(settings.routing().jitter()).isEqualTo(0.2);
    assertThat(settings.routing().retention()).isEqualTo(Duration.ofDays(30));
    assertThat(settings.routing().inactivity().after()).isEqualTo(Duration.ofDays(3));
    assertThat(settings.limits().contacts()).isEqualTo(3000);
    assertThat(settings.limits().secretsOverlap()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.camel())
        .containsEntry("changepost.redelivery.pattern", "1:60000;2:900000;3:10800000")
        .containsEntry("changepost.inactivity.cron", "0 0/15 * * * ?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "changepost.http.port | 0 | from 1 to 65535",
        "changepost.http.port | 65536 | from 1 to 65535",
        "changepost.http.port | 80a | from 1 to 65535",
        "changepost.http.host | '' | an address or a name",
        "changepost.management.port | 8080 | another than changepost.http.port",
        "changepost.database.pool-size | 1 | from 2 to 1000",
        "changepost.data.dir | '' | a folder",
        "changepost.routes | 'routes/a.yaml,,' | with commas between",
        "changepost.delivery.timeout | soon | a duration is needed, such as",
        "changepost.delivery.timeout | 15 | a duration is needed, such as",
        "changepost.delivery.timeout | 0s | longer than 0",
        "changepost.delivery.timeout | 2h | 1h at most",
        "changepost.delivery.connect-timeout | 16s | not be longer than changepost.delivery.timeout",
        "changepost.delivery.lease | 29s | at least twice changepost.delivery.timeout, which is 15s",
        "changepost.delivery.in-flight | 0 | from 1 to 10000",
        "changepost.delivery.in-flight-per-webhook | 10001 | from 1 to 10000",
        "changepost.redelivery.delays | '1m,15m' | exactly 3 are needed",
        "changepost.redelivery.delays | '1m,15m,3h,1d' | exactly 3 are needed",
        "changepost.redelivery.delays | '1m,x,3h' | durations with commas",
        "changepost.redelivery.delays | '1m,0s,3h' | longer than 0",
        "changepost.redelivery.jitter | 1 | from 0 to below 1",
        "changepost.redelivery.jitter | NaN | from 0 to below 1",
        "changepost.inactivity.after | 3 | a duration is needed",
        "changepost.inactivity.cron | '* * *' | a Quartz cron expression",
        "changepost.inactivity.cron | every day | a Quartz cron expression",
        "changepost.inactivity.quiet-webhooks | KEEP | keep or deactivate",
        "changepost.contacts.limit | -1 | from 1 to",
        "changepost.webhooks.limit | many | from 1 to",
        "changepost.endpoints.https-only | yes | true or false",
        "changepost.endpoints.allowed-networks | 10.0.0.0/33 | networks with commas",
        "changepost.endpoints.allowed-networks | localhost | networks with commas",
        "changepost.secrets.overlap | long | a duration is needed",
        "changepost.retention | 0d | longer than 0",
        "changepost.shutdown.timeout | 2d | 1h at most",
        "changepost.database.url | mysql://db | a JDBC URL of PostgreSQL",
      })
  void a_wrong_value_is_named_with_what_is_right(String name, String value, String right) {
    assertThatThrownBy(() -> settings(Map.of(name, value)))
        .isInstanceOf(WrongSettingException.class)
        .hasMessageStartingWith(name + " = " + (value.isEmpty() ? "(empty)" : value) + ": ")
        .hasMessageContaining(right)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "changepost.encryption.key, hunter2hunter2",
    "changepost.database.url, jdbc:postgresql://db/platform?user=a&password=hunter2",
    "changepost.database.url, jdbc:postgresql://a:hunter2@db/platform",
    "changepost.database.url, postgres://a:hunter2@db/platform",
  })
  void a_refused_secret_is_not_shown(String name, String value) {
    assertThatThrownBy(() -> settings(Map.of(name, value)))
        .isInstanceOf(WrongSettingException.class)
        .hasMessageContaining("(hidden)")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void jolokia_needs_a_password_that_is_long_enough() {
    assertThatThrownBy(() -> settings(Map.of("changepost.jolokia.enabled", "true")))
        .hasMessageStartingWith("changepost.jolokia.password = (hidden): 12 or more");
    assertThat(settings(Map.of("changepost.jolokia.password", "x")).listen().jolokiaPassword())
        .isNull();
  }

  @Test
  void secrets_are_in_no_text_and_no_property_of_the_routes() {
    ServerSettings settings =
        settings(
            Map.of(
                "changepost.operator.key", "hunter2",
                "changepost.database.url", "jdbc:postgresql://db/platform",
                "changepost.database.password", "hunter3",
                "changepost.encryption.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="));

    assertThat(settings.toString())
        .doesNotContain("hunter2", "hunter3", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    assertThat(settings.camel().keySet())
        .noneMatch(name -> name.endsWith(".key") || name.endsWith(".password"))
        .noneMatch(name -> name.startsWith("changepost.database."));
  }

  @Test
  void zero_is_a_right_overlap_and_an_ipv6_address_gets_brackets() {
    ServerSettings settings =
        settings(Map.of("changepost.secrets.overlap", "0", "changepost.http.host", "::1"));

    assertThat(settings.limits().secretsOverlap()).isZero();
    assertThat(settings.listen().http().url()).isEqualTo("http://[::1]:8080");
  }

  @Test
  void absolute_places_stay_where_they_are() {
    ServerSettings settings =
        settings(
            Map.of(
                "changepost.data.dir", "/var/lib/changepost",
                "changepost.routes", "routes/*.yaml, /etc/changepost/own.camel.yaml"));

    assertThat(settings.places().dataDir()).isEqualTo(Path.of("/var/lib/changepost"));
    assertThat(settings.places().routes())
        .containsExactly("/opt/changepost/routes/*.yaml", "/etc/changepost/own.camel.yaml");
  }

  @Test
  void the_file_documents_every_setting_with_its_default() throws IOException {
    String text =
        Files.readString(Path.of("../../config/application.properties"), StandardCharsets.UTF_8);
    Properties shown = new Properties();
    Matcher line =
        Pattern.compile("^#(changepost\\.[a-z.-]+=.*)$", Pattern.MULTILINE).matcher(text);
    while (line.find()) {
      shown.load(new java.io.StringReader(line.group(1)));
    }

    assertThat(Arrays.asList(shown.stringPropertyNames().toArray()))
        .containsExactlyInAnyOrderElementsOf(SettingNames.defaults().keySet());
    SettingNames.defaults()
        .forEach((name, value) -> assertThat(shown.getProperty(name)).as(name).isEqualTo(value));
  }
}
