package io.changepost.app.settings;

import java.util.Objects;

/** Which release this is. */
public final class Version {

  private Version() {}

  /** As the jar's manifest says it; {@code dev} outside of a jar. */
  public static String text() {
    return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "dev");
  }
}
