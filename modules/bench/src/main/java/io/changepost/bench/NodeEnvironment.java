package io.changepost.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The environment of a server that is measured: that of this process, but with no setting of the
 * installation, whose database must not be joined and whose settings are not those that a figure is
 * published with. Pure.
 */
final class NodeEnvironment {

  private static final String SETTING = "CHANGEPOST_";

  /** Options of the JVM, which the figures tell beside them; they may have settings too. */
  private static final String OPTIONS = "CHANGEPOST_JAVA_OPTS";

  private static final Set<String> KEPT = Set.of(OPTIONS, "CHANGEPOST_CLASSPATH_EXTRA");

  private NodeEnvironment() {}

  /**
   * The inherited variables that are no settings, and these settings.
   *
   * @param settings variables and their values, the one that names the settings file among them
   */
  static Map<String, String> of(Map<String, String> inherited, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(inherited);
    environment.keySet().removeIf(name -> name.startsWith(SETTING) && !KEPT.contains(name));
    environment.computeIfPresent(OPTIONS, (name, options) -> withoutSettings(options));
    environment.putAll(settings);
    return environment;
  }

  private static String withoutSettings(String options) {
    return Arrays.stream(options.trim().split("\\s+"))
        .filter(option -> !option.startsWith("-Dchangepost."))
        .collect(Collectors.joining(" "));
  }
}
