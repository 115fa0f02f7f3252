package io.changepost.app.settings;

import org.jspecify.annotations.Nullable;

/**
 * How a client on this machine reaches the server of this installation.
 *
 * @param url without a path
 * @param managementUrl likewise, of the management port
 * @param operatorKey null where the settings name none
 */
public record Reach(String url, String managementUrl, @Nullable String operatorKey) {

  /** Reads no more of the settings than it needs, so a client works beside half a configuration. */
  public static Reach of(RawSettings raw) {
    String key = "changepost.operator.key";
    return new Reach(
        url(raw, "changepost.http"),
        url(raw, "changepost.management"),
        raw.isSet(key) ? raw.text(key) : null);
  }

  /** Where the API listens. */
  public static int port(RawSettings raw) {
    return port(raw, "changepost.http");
  }

  private static int port(RawSettings raw, String setting) {
    return raw.number(setting + ".port", 1, 65_535);
  }

  private static String url(RawSettings raw, String setting) {
    String host = raw.text(setting + ".host");
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
    return new ServerSettings.Address(setting, everywhere ? "127.0.0.1" : host, port(raw, setting))
        .url();
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "Reach[" + url + "]";
  }
}
