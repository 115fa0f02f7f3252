package io.changepost.bench;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The environment of a server that is measured: that of this process, but with no setting of the
 * installation, whose database must not be joined and whose settings are not those that a figure is
 * published with. Pure.
 */
final class NodeEnvironment {

  private static final String SETTING = "CHANGEPOST_";

  /** What is no setting: how the server is run. The figures tell the first beside them. */
  private static final Set<String> KEPT =
      Set.of("CHANGEPOST_JAVA_OPTS", "CHANGEPOST_CLASSPATH_EXTRA");

  private NodeEnvironment() {}

  /**
   * The inherited variables that are no settings, and these settings.
   *
   * @param settings variables and their values, the one that names the settings file among them
   */
  static Map<String, String> of(Map<String, String> inherited, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(inherited);
    environment.keySet().removeIf(name -> name.startsWith(SETTING) && !KEPT.contains(name));
    environment.putAll(settings);
    return environment;
  }
}
