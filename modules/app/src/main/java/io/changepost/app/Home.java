package io.changepost.app;

import java.nio.file.Path;

/** Where this installation is: the folder of the launcher, which it tells us. */
final class Home {

  private Home() {}

  static Path directory() {
    return Path.of(System.getProperty("changepost.home", "")).toAbsolutePath();
  }

  static Path configFile(Path home) {
    String other = System.getenv("CHANGEPOST_CONFIG");
    return other == null || other.isBlank()
        ? home.resolve("config").resolve("application.properties")
        : Path.of(other).toAbsolutePath();
  }
}
