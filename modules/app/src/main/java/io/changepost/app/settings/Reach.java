package io.changepost.app.settings;

import org.jspecify.annotations.Nullable;

/**
 * How a client on this machine reaches the server of this installation.
 *
 * @param url without a path
 * @param operatorKey null where the settings name none
 */
public record Reach(String url, @Nullable String operatorKey) {

  /** Reads no more of the settings than it needs, so a client works beside half a configuration. */
  public static Reach of(RawSettings raw) {
    String host = raw.text("changepost.http.host");
    boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
    ServerSettings.Address address =
        new ServerSettings.Address(
            "changepost.http",
            everywhere ? "127.0.0.1" : host,
            raw.number("changepost.http.port", 1, 65_535));
    String key = "changepost.operator.key";
    return new Reach(address.url(), raw.isSet(key) ? raw.text(key) : null);
  }

  /** Never shows the key. */
  @Override
  public String toString() {
    return "Reach[" + url + "]";
  }
}
