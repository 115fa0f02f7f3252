package io.changepost.app.settings;

import io.changepost.api.ApiSettings;
import io.changepost.delivery.DeliverySettings;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.routing.RoutingSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, checked.
 *
 * @param listen where a node listens
 * @param database null where the embedded one is used
 * @param keys what only the operator has
 * @param delivery how an attempt is made
 * @param routing what the routes' words are told
 * @param limits how much there may be
 * @param camel properties for Camel: placeholders of the routes and its own keys; no secret of ours
 * @param places files and folders
 * @param shutdownTimeout how long attempts under way may take to end
 */
public record ServerSettings(
    Listen listen,
    @Nullable DatabaseSettings database,
    Keys keys,
    DeliverySettings delivery,
    RoutingSettings routing,
    ApiSettings.Limits limits,
    Map<String, String> camel,
    Places places,
    Duration shutdownTimeout) {

  /**
   * Where a node listens.
   *
   * @param http for the API
   * @param management for operators
   * @param jolokiaPassword null where Jolokia is off
   */
  public record Listen(Address http, Address management, @Nullable String jolokiaPassword) {

    /** Never shows the password. */
    @Override
    public String toString() {
      return "Listen[" + http.url() + ", " + management.url() + "]";
    }
  }

  /**
   * An address and a port.
   *
   * @param setting what they are called in the settings, without {@code .host} and {@code .port}
   */
  public record Address(String setting, String host, int port) {

    /** The environment's name for its port. */
    public String portVariable() {
      return SettingNames.variable(setting + ".port");
    }

    /** As it is typed into a browser. */
    public String url() {
      return "http://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
  }

  /** Secrets of the operator; null where none is set. */
  public record Keys(@Nullable String operator, @Nullable String encryption) {

    /** Never shows them. */
    @Override
    public String toString() {
      return "Keys[]";
    }
  }

  /**
   * Files and folders, absolute.
   *
   * @param dataDir what the node keeps: the embedded database, the encryption key
   * @param binaries where the embedded database's programs are unpacked
   * @param routes patterns of route files
   */
  public record Places(Path dataDir, Path binaries, List<String> routes) {}

  /** The same with another folder for the programs of the embedded database. */
  public ServerSettings withBinaries(Path binaries) {
    return new ServerSettings(
        listen,
        database,
        keys,
        delivery,
        routing,
        limits,
        camel,
        new Places(places.dataDir(), binaries, places.routes()),
        shutdownTimeout);
  }

  /** Checks them all; the first that cannot be used is thrown as {@link WrongSettingException}. */
  public static ServerSettings of(RawSettings raw, Path home) {
    return new CheckSettings(raw, home).all();
  }
}
