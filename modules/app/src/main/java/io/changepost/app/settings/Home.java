package io.changepost.app.settings;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where this installation is: the folder of the launcher, which it tells us, else the working
 * directory. Relative folders and files of the settings are meant from here.
 */
public final class Home {

  private static final String CONFIG = "CHANGEPOST_CONFIG";

  private Home() {}

  /** Where it is, absolute. */
  public static Path directory() {
    return Path.of(System.getProperty(RawSettings.HOME_PROPERTY, "")).toAbsolutePath();
  }

  /** The settings of this installation, with what overrides them. */
  public static RawSettings settings() {
    return RawSettings.read(configFile(), System.getenv(), System.getProperties());
  }

  private static Path configFile() {
    String other = System.getenv(CONFIG);
    if (other == null || other.isBlank()) {
      return directory().resolve("config").resolve("application.properties");
    }
    Path file = directory().resolve(other);
    if (!Files.isReadable(file)) {
      throw new WrongSettingException(CONFIG + " = " + other + ": there is no such file to read");
    }
    return file;
  }
}
