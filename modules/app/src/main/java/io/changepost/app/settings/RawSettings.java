package io.changepost.app.settings;

import io.changepost.domain.DurationText;
import io.changepost.routing.Nearest;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings as texts: a system property wins over the environment, the environment over the file,
 * the file over the default. Names in the file that nobody knows are refused, so that a slip of the
 * pen is not a default in disguise; names with another beginning belong to the routes or to Camel
 * and are handed on.
 */
public final class RawSettings {

  /** Where the launcher is; no setting, but a system property of the same family. */
  public static final String HOME_PROPERTY = "changepost.home";

  /** True where standard output is a terminal; as {@link #HOME_PROPERTY} no setting. */
  public static final String TERMINAL_PROPERTY = "changepost.terminal";

  private static final int SLIP = 2;

  private final Map<String, String> values = new LinkedHashMap<>(SettingNames.defaults());
  private final Map<String, String> others = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();

  private RawSettings() {}

  /**
   * Reads the file, if it is there, and what overrides it.
   *
   * @throws WrongSettingException for a name that is no setting, or a file that cannot be read
   */
  public static RawSettings read(Path file, Map<String, String> environment, Properties system) {
    RawSettings raw = new RawSettings();
    raw.takeFile(file);
    raw.takeEnvironment(environment);
    raw.takeSystem(system);
    return raw;
  }

  /** The defaults, but for these values of known settings. */
  public static RawSettings of(Map<String, String> values) {
    RawSettings raw = new RawSettings();
    values.forEach((name, value) -> raw.set(name, value, "settings"));
    return raw;
  }

  private void takeFile(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new WrongSettingException("cannot read " + file + ": " + e);
    }
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      set(name, properties.getProperty(name), file.toString());
    }
  }

  private void takeEnvironment(Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>();
    SettingNames.defaults()
        .keySet()
        .forEach(name -> variables.put(SettingNames.variable(name), name));
    environment.forEach(
        (variable, value) -> {
          String name = variables.get(variable);
          if (name != null) {
            values.put(name, value.trim());
          } else if (variable.startsWith("CHANGEPOST_")) {
            warnIfMeant(variable, variables);
          }
        });
  }

  /** Container platforms set variables of that beginning on their own, so they are not refused. */
  private void warnIfMeant(String variable, Map<String, String> variables) {
    variables.keySet().stream()
        .filter(known -> Nearest.distance(known, variable) <= SLIP)
        .findFirst()
        .ifPresent(
            known ->
                warnings.add(
                    "the environment variable "
                        + variable
                        + " is no setting; did you mean "
                        + known
                        + "?"));
  }

  private void takeSystem(Properties system) {
    for (String name : new TreeSet<>(system.stringPropertyNames())) {
      if (name.startsWith(SettingNames.PREFIX)
          && !name.equals(HOME_PROPERTY)
          && !name.equals(TERMINAL_PROPERTY)) {
        set(name, system.getProperty(name), "system property");
      }
    }
  }

  private void set(String name, String value, String where) {
    if (SettingNames.isKnown(name)) {
      values.put(name, value.trim());
      return;
    }
    String near = Nearest.to(name, SettingNames.defaults().keySet()).orElse("");
    boolean ours = name.startsWith(SettingNames.PREFIX);
    if (ours || (!near.isEmpty() && Nearest.distance(near, name) <= SLIP)) {
      throw new WrongSettingException(
          where
              + ": there is no setting "
              + name
              + (near.isEmpty() ? "" : "; did you mean " + near + "?"));
    }
    others.put(name, value.trim());
  }

  /** What the file says beyond our settings: Camel's own keys and placeholders of routes. */
  Map<String, String> others() {
    return Map.copyOf(others);
  }

  /** Lines for the log about what looks like a mistake and is none for certain. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("no default for " + name);
    }
    return value;
  }

  boolean isSet(String name) {
    return !text(name).isEmpty();
  }

  int number(String name, int least, int most) {
    return read(
        name,
        text -> {
          int number = Integer.parseInt(text);
          if (number < least || number > most) {
            throw new IllegalArgumentException();
          }
          return number;
        },
        "a whole number from " + least + " to " + most + " is needed");
  }

  double share(String name) {
    return read(
        name,
        text -> {
          double share = Double.parseDouble(text);
          if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException();
          }
          return share;
        },
        "a number from 0 to below 1 is needed, such as 0.2");
  }

  boolean flag(String name) {
    return read(
        name,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException();
            },
        "true or false is needed");
  }

  /** Longer than nothing, and no longer than {@code longest}. */
  Duration duration(String name, Duration longest) {
    Duration duration =
        read(name, DurationText::parse, "a duration is needed, such as 200ms, 15s, 5m, 3h or 3d");
    if (duration.isZero()) {
      throw WrongSettingException.of(name, text(name), "it must be longer than 0");
    }
    if (duration.compareTo(longest) > 0) {
      throw WrongSettingException.of(
          name, text(name), "it may be " + DurationText.format(longest) + " at most");
    }
    return duration;
  }

  <T> T read(String name, Function<String, T> parse, String need) {
    try {
      return parse.apply(text(name));
    } catch (IllegalArgumentException wrong) {
      throw WrongSettingException.of(name, text(name), need);
    }
  }
}
