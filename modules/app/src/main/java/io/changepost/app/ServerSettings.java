package io.changepost.app;

import io.changepost.api.ApiSettings;
import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.Network;
import io.changepost.domain.RedeliveryPattern;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.delivery.InactivityRule;
import io.changepost.persistence.delivery.InactivityRule.QuietWebhooks;
import io.changepost.routing.RoutingSettings;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.quartz.CronExpression;

/**
 * All settings, checked.
 *
 * @param http where the API listens
 * @param management where operators look
 * @param database null where the embedded one is used
 * @param keys what only the operator has
 * @param delivery how an attempt is made
 * @param routing what the routes are told
 * @param limits how much there may be
 * @param camel properties for Camel: placeholders of the routes and its own keys
 * @param places files and folders
 * @param shutdownTimeout how long attempts under way may take to end
 */
record ServerSettings(
    Address http,
    Address management,
    @Nullable DatabaseSettings database,
    Keys keys,
    DeliverySettings delivery,
    RoutingSettings routing,
    ApiSettings.Limits limits,
    Map<String, String> camel,
    Places places,
    Duration shutdownTimeout) {

  record Address(String host, int port) {

    String url() {
      return "http://" + host + ":" + port;
    }
  }

  /** Never shown; see {@link #toString()}. */
  record Keys(@Nullable String operator, @Nullable String encryption) {

    @Override
    public String toString() {
      return "Keys[]";
    }
  }

  record Places(Path dataDir, String routes) {}

  private static final int RESENDS = 3;

  /** Checks them all; the first that cannot be used is thrown. */
  static ServerSettings of(RawSettings raw, Path home) {
    Duration timeout = raw.duration("changepost.delivery.timeout");
    Duration lease = raw.duration("changepost.delivery.lease");
    if (lease.compareTo(timeout.multipliedBy(2)) < 0) {
      throw WrongSettingException.of(
          "changepost.delivery.lease",
          raw.text("changepost.delivery.lease"),
          "it must be at least twice changepost.delivery.timeout, which is "
              + raw.text("changepost.delivery.timeout"));
    }
    List<Duration> delays = raw.durations("changepost.redelivery.delays");
    if (delays.size() != RESENDS) {
      throw WrongSettingException.of(
          "changepost.redelivery.delays",
          raw.text("changepost.redelivery.delays"),
          "exactly " + RESENDS + " delays are needed, one before each resend");
    }
    int inFlight = raw.number("changepost.delivery.in-flight", 1, 10_000);
    DeliverySettings delivery =
        new DeliverySettings(
            timeout,
            raw.duration("changepost.delivery.connect-timeout"),
            raw.flag("changepost.endpoints.https-only"),
            raw.read(
                "changepost.endpoints.allowed-networks",
                Network::parseList,
                "networks with commas between are needed, such as 127.0.0.0/8,10.1.0.0/16"),
            inFlight,
            "Changepost/" + Version.text());
    int contacts = raw.number("changepost.contacts.limit", 1, 1_000_000);
    RoutingSettings routing =
        new RoutingSettings(
            new RoutingSettings.SlotLimits(
                inFlight, raw.number("changepost.delivery.in-flight-per-webhook", 1, 10_000)),
            lease,
            timeout,
            raw.share("changepost.redelivery.jitter"),
            contacts,
            new InactivityRule(
                raw.duration("changepost.inactivity.after"),
                raw.read(
                    "changepost.inactivity.quiet-webhooks",
                    ServerSettings::quiet,
                    "keep or deactivate is needed")),
            raw.duration("changepost.retention"));
    Duration shutdown = raw.duration("changepost.shutdown.timeout");
    return new ServerSettings(
        address(raw, "changepost.http"),
        address(raw, "changepost.management"),
        database(raw),
        new Keys(orNull(raw, "changepost.operator.key"), orNull(raw, "changepost.encryption.key")),
        delivery,
        routing,
        new ApiSettings.Limits(
            contacts,
            raw.number("changepost.webhooks.limit", 1, 1_000_000),
            raw.text("changepost.secrets.overlap").equals("0")
                ? Duration.ZERO
                : raw.duration("changepost.secrets.overlap")),
        camel(raw, delays),
        new Places(home.resolve(raw.text("changepost.data.dir")), raw.text("changepost.routes")),
        shutdown);
  }

  private static Map<String, String> camel(RawSettings raw, List<Duration> delays) {
    String cron = raw.text("changepost.inactivity.cron");
    try {
      new CronExpression(cron);
    } catch (ParseException e) {
      throw WrongSettingException.of(
          "changepost.inactivity.cron", cron, "not a Quartz cron expression: " + e.getMessage());
    }
    Map<String, String> camel = new java.util.LinkedHashMap<>(raw.camel());
    for (String name : SettingNames.defaults().keySet()) {
      if (!name.endsWith(".key") && !name.endsWith(".password")) {
        camel.put(name, raw.text(name));
      }
    }
    camel.put("changepost.redelivery.pattern", RedeliveryPattern.of(delays));
    return camel;
  }

  private static @Nullable DatabaseSettings database(RawSettings raw) {
    if (!raw.isSet("changepost.database.url")) {
      return null;
    }
    int pool = raw.number("changepost.database.pool-size", 2, 1_000);
    return raw.read(
        "changepost.database.url",
        url ->
            new DatabaseSettings(
                url,
                raw.text("changepost.database.username"),
                raw.text("changepost.database.password"),
                pool),
        "a JDBC URL of PostgreSQL is needed, such as jdbc:postgresql://127.0.0.1:5432/platform");
  }

  private static Address address(RawSettings raw, String prefix) {
    String host = raw.text(prefix + ".host");
    if (host.isEmpty()) {
      throw WrongSettingException.of(prefix + ".host", host, "an address or a name is needed");
    }
    return new Address(host, raw.number(prefix + ".port", 0, 65_535));
  }

  private static QuietWebhooks quiet(String text) {
    return switch (text) {
      case "keep" -> QuietWebhooks.KEEP;
      case "deactivate" -> QuietWebhooks.DEACTIVATE;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static @Nullable String orNull(RawSettings raw, String name) {
    return raw.isSet(name) ? raw.text(name) : null;
  }
}
