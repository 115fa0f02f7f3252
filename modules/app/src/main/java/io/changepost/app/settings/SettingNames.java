package io.changepost.app.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Every setting with its default. What it means is said once, in config/application.properties. */
final class SettingNames {

  static final String PREFIX = "changepost.";

  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("changepost.http.host", "127.0.0.1");
    DEFAULTS.put("changepost.http.port", "8080");
    DEFAULTS.put("changepost.management.host", "127.0.0.1");
    DEFAULTS.put("changepost.management.port", "8081");
    DEFAULTS.put("changepost.database.url", "");
    DEFAULTS.put("changepost.database.username", "");
    DEFAULTS.put("changepost.database.password", "");
    DEFAULTS.put("changepost.database.pool-size", "10");
    DEFAULTS.put("changepost.data.dir", "data");
    DEFAULTS.put("changepost.operator.key", "");
    DEFAULTS.put("changepost.encryption.key", "");
    DEFAULTS.put("changepost.routes", "routes/*.camel.yaml");
    DEFAULTS.put("changepost.delivery.timeout", "15s");
    DEFAULTS.put("changepost.delivery.connect-timeout", "5s");
    DEFAULTS.put("changepost.delivery.in-flight", "512");
    DEFAULTS.put("changepost.delivery.in-flight-per-webhook", "10");
    DEFAULTS.put("changepost.delivery.lease", "45s");
    DEFAULTS.put("changepost.redelivery.delays", "1m,15m,3h");
    DEFAULTS.put("changepost.redelivery.jitter", "0.2");
    DEFAULTS.put("changepost.inactivity.after", "3d");
    DEFAULTS.put("changepost.inactivity.cron", "0 0/15 * * * ?");
    DEFAULTS.put("changepost.inactivity.quiet-webhooks", "keep");
    DEFAULTS.put("changepost.contacts.limit", "3000");
    DEFAULTS.put("changepost.webhooks.limit", "1000");
    DEFAULTS.put("changepost.webhooks.tests-per-minute", "60");
    DEFAULTS.put("changepost.endpoints.https-only", "true");
    DEFAULTS.put("changepost.endpoints.allowed-networks", "");
    DEFAULTS.put("changepost.secrets.overlap", "24h");
    DEFAULTS.put("changepost.retention", "30d");
    DEFAULTS.put("changepost.shutdown.timeout", "30s");
    DEFAULTS.put("changepost.jolokia.enabled", "false");
    DEFAULTS.put("changepost.jolokia.password", "");
  }

  private SettingNames() {}

  /** In the order of the configuration file. */
  static Map<String, String> defaults() {
    return Collections.unmodifiableMap(DEFAULTS);
  }

  static boolean isKnown(String name) {
    return DEFAULTS.containsKey(name);
  }

  /** True for what is never shown, logged or handed to routes. */
  static boolean isSecret(String name) {
    return name.endsWith(".key") || name.endsWith(".password");
  }

  /** {@code changepost.http.port} → {@code CHANGEPOST_HTTP_PORT}. */
  static String variable(String name) {
    return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
