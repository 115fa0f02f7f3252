package io.changepost.app.settings;

import io.changepost.api.ApiSettings;
import io.changepost.app.settings.ServerSettings.Address;
import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.Network;
import io.changepost.domain.DurationText;
import io.changepost.domain.RedeliveryPattern;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.InactivityRule;
import io.changepost.persistence.delivery.InactivityRule.QuietWebhooks;
import io.changepost.routing.RoutingSettings;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/** Turns texts into settings that fit each other. */
final class CheckSettings {

  /** What the seed promises, and what {@code maximumRedeliveries} in {@code routes/} says. */
  private static final int RESENDS = 3;

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration YEAR = Duration.ofDays(366);

  private final RawSettings raw;
  private final Path home;

  CheckSettings(RawSettings raw, Path home) {
    this.raw = raw;
    this.home = home;
  }

  ServerSettings all() {
    DeliverySettings delivery = delivery();
    int contacts = raw.number("changepost.contacts.limit", 1, 1_000_000);
    return new ServerSettings(
        listen(),
        database(),
        new ServerSettings.Keys(orNull("changepost.operator.key"), encryptionKey()),
        delivery,
        routing(delivery, contacts),
        new ApiSettings.Limits(
            contacts,
            raw.number("changepost.webhooks.limit", 1, 1_000_000),
            raw.number("changepost.webhooks.tests-per-minute", 1, 1_000_000),
            overlap()),
        camel(),
        places(),
        raw.duration("changepost.shutdown.timeout", HOUR));
  }

  private DeliverySettings delivery() {
    Duration timeout = raw.duration("changepost.delivery.timeout", HOUR);
    Duration connect = raw.duration("changepost.delivery.connect-timeout", HOUR);
    if (connect.compareTo(timeout) > 0) {
      throw WrongSettingException.of(
          "changepost.delivery.connect-timeout",
          raw.text("changepost.delivery.connect-timeout"),
          "it must not be longer than changepost.delivery.timeout, which is "
              + DurationText.format(timeout));
    }
    return new DeliverySettings(
        timeout,
        connect,
        raw.flag("changepost.endpoints.https-only"),
        raw.read(
            "changepost.endpoints.allowed-networks",
            Network::parseList,
            "networks with commas between are needed, such as 127.0.0.0/8,10.1.0.0/16"),
        raw.number("changepost.delivery.in-flight", 1, 10_000),
        "Changepost/" + Version.text());
  }

  private RoutingSettings routing(DeliverySettings delivery, int contacts) {
    Duration lease = raw.duration("changepost.delivery.lease", HOUR.multipliedBy(24));
    if (lease.compareTo(delivery.timeout().multipliedBy(2)) < 0) {
      throw WrongSettingException.of(
          "changepost.delivery.lease",
          raw.text("changepost.delivery.lease"),
          "it must be at least twice changepost.delivery.timeout, which is "
              + DurationText.format(delivery.timeout()));
    }
    return new RoutingSettings(
        new RoutingSettings.SlotLimits(
            delivery.inFlight(),
            raw.number("changepost.delivery.in-flight-per-webhook", 1, 10_000)),
        lease,
        delivery.timeout(),
        raw.share("changepost.redelivery.jitter"),
        contacts,
        new InactivityRule(
            raw.duration("changepost.inactivity.after", YEAR),
            raw.read(
                "changepost.inactivity.quiet-webhooks",
                text -> QuietWebhooks.valueOf(lowerCase(text).toUpperCase(Locale.ROOT)),
                "keep or deactivate is needed")),
        raw.duration("changepost.retention", YEAR.multipliedBy(10)));
  }

  private static String lowerCase(String text) {
    if (!text.equals(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private Duration overlap() {
    String name = "changepost.secrets.overlap";
    return raw.text(name).matches("0(ms|s|m|h|d)?") ? Duration.ZERO : raw.duration(name, YEAR);
  }

  private ServerSettings.Listen listen() {
    Address http = address("changepost.http");
    Address management = address("changepost.management");
    if (http.port() == management.port()) {
      throw WrongSettingException.of(
          "changepost.management.port",
          raw.text("changepost.management.port"),
          "it must be another than changepost.http.port, because its pages are for operators");
    }
    return new ServerSettings.Listen(http, management, jolokiaPassword());
  }

  private Address address(String setting) {
    String host = raw.text(setting + ".host");
    if (host.isEmpty()) {
      throw WrongSettingException.of(setting + ".host", host, "an address or a name is needed");
    }
    return new Address(setting, host, raw.number(setting + ".port", 1, 65_535));
  }

  private @Nullable String jolokiaPassword() {
    if (!raw.flag("changepost.jolokia.enabled")) {
      return null;
    }
    String password = raw.text("changepost.jolokia.password");
    if (!password.matches("[A-Za-z0-9._~-]{12,}")) {
      throw WrongSettingException.of(
          "changepost.jolokia.password",
          password,
          "12 or more of letters, digits and . _ ~ - are needed where changepost.jolokia.enabled is"
              + " true");
    }
    return password;
  }

  private @Nullable DatabaseSettings database() {
    String name = "changepost.database.url";
    int pool = raw.number("changepost.database.pool-size", 2, 1_000);
    if (!raw.isSet(name)) {
      return null;
    }
    String url = raw.text(name);
    if (!url.startsWith("jdbc:postgresql:")) {
      throw WrongSettingException.of(
          name,
          url.contains("password") || url.contains("@") ? "(hidden)" : url,
          "a JDBC URL of PostgreSQL is needed, such as jdbc:postgresql://127.0.0.1:5432/platform");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=") || url.contains("@")) {
      throw WrongSettingException.of(
          name,
          "(hidden)",
          "it must not carry a password, because it is logged; write it into"
              + " changepost.database.username and changepost.database.password");
    }
    return new DatabaseSettings(
        url,
        raw.text("changepost.database.username"),
        raw.text("changepost.database.password"),
        pool);
  }

  private @Nullable String encryptionKey() {
    String name = "changepost.encryption.key";
    String key = orNull(name);
    if (key != null) {
      raw.read(
          name, SecretBox::parse, "base64 of 32 bytes is needed, as openssl rand -base64 32 gives");
    }
    return key;
  }

  private Map<String, String> camel() {
    String cron = raw.text("changepost.inactivity.cron");
    try {
      new CronExpression(cron);
    } catch (ParseException e) {
      throw WrongSettingException.of(
          "changepost.inactivity.cron",
          cron,
          "a Quartz cron expression is needed, such as 0 0/15 * * * ? (" + e.getMessage() + ")");
    }
    Map<String, String> camel = new LinkedHashMap<>(raw.others());
    for (String name : SettingNames.defaults().keySet()) {
      if (!SettingNames.isSecret(name) && !name.startsWith("changepost.database.")) {
        camel.put(name, raw.text(name));
      }
    }
    camel.put("changepost.redelivery.pattern", RedeliveryPattern.of(delays()));
    return camel;
  }

  private List<Duration> delays() {
    String name = "changepost.redelivery.delays";
    List<Duration> delays =
        raw.read(
            name,
            DurationText::parseList,
            "durations with commas between are needed, such as 1m,15m,3h");
    if (delays.size() != RESENDS) {
      throw WrongSettingException.of(
          name, raw.text(name), "exactly " + RESENDS + " are needed, one before each resend");
    }
    if (delays.stream().anyMatch(delay -> delay.isZero() || delay.compareTo(YEAR) > 0)) {
      throw WrongSettingException.of(
          name,
          raw.text(name),
          "each must be longer than 0 and at most " + DurationText.format(YEAR));
    }
    return delays;
  }

  private ServerSettings.Places places() {
    String dataDir = raw.text("changepost.data.dir");
    if (dataDir.isEmpty()) {
      throw WrongSettingException.of("changepost.data.dir", dataDir, "a folder is needed");
    }
    String routes = raw.text("changepost.routes");
    List<String> patterns =
        Arrays.stream(routes.split(",", -1))
            .map(pattern -> home.resolve(pattern.trim()).normalize().toString())
            .toList();
    if (Arrays.stream(routes.split(",", -1)).anyMatch(String::isBlank)) {
      throw WrongSettingException.of(
          "changepost.routes",
          routes,
          "files, or patterns such as routes/*.camel.yaml, with commas between are needed");
    }
    Path data = home.resolve(dataDir).normalize();
    return new ServerSettings.Places(data, data.resolve("binaries"), patterns);
  }

  private @Nullable String orNull(String name) {
    return raw.isSet(name) ? raw.text(name) : null;
  }
}
