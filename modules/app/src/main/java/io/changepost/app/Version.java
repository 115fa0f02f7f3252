package io.changepost.app;

import java.util.Objects;

/** Which release this is. */
final class Version {

  private Version() {}

  /** As the jar's manifest says it; {@code dev} outside of a jar. */
  static String text() {
    return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");
  }
}
