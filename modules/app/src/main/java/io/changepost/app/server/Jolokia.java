package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * JMX over HTTP for Hawtio, on the management port and behind a password. What may be done with it
 * is in jolokia-access.xml. Camel's server wants the password in a file; it is there only while the
 * node runs, and only for its owner.
 */
final class Jolokia implements AutoCloseable {

  /** Who logs in. */
  static final String USER = "operator";

  private static final Logger LOG = LoggerFactory.getLogger(Jolokia.class);

  private final Path file;

  private Jolokia(Path file) {
    this.file = file;
  }

  static Jolokia begin(ServerSettings settings, String password) {
    Path file = settings.places().dataDir().resolve("jolokia.properties");
    try {
      Files.createDirectories(settings.places().dataDir());
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file, "user." + USER + "=" + password + ",operator\n", StandardOpenOption.WRITE);
      return new Jolokia(file);
    } catch (IOException e) {
      throw new WrongSettingException("changepost.data.dir: cannot write " + file + " (" + e + ")");
    }
  }

  /** For Camel's management server. */
  Map<String, String> properties() {
    return Map.of(
        "camel.management.jolokiaEnabled", "true",
        "camel.management.authenticationEnabled", "true",
        // Without the star the paths below it would be open.
        "camel.management.authenticationPath", "/observe/jolokia*",
        "camel.management.basicPropertiesFile", file.toString());
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", file, e.getMessage());
    }
  }
}
