package io.changepost.app;

import io.changepost.domain.DurationText;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;

/**
 * Settings as texts: a system property wins over the environment, the environment over the file,
 * the file over the default. Names that nobody knows are refused.
 */
final class RawSettings {

  private static final String PREFIX = "changepost.";

  private final Map<String, String> values;
  private final Map<String, String> camel;

  private RawSettings(Map<String, String> values, Map<String, String> camel) {
    this.values = values;
    this.camel = camel;
  }

  /** Reads the file, if it is there, and what overrides it. */
  static RawSettings read(Path file, Map<String, String> environment, Properties system) {
    Properties properties = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new WrongSettingException("cannot read " + file + ": " + e.getMessage());
      }
    }
    Map<String, String> values = new LinkedHashMap<>(SettingNames.defaults());
    Map<String, String> camel = new LinkedHashMap<>();
    for (String name : properties.stringPropertyNames()) {
      String value = properties.getProperty(name).trim();
      if (name.startsWith("camel.")) {
        camel.put(name, value);
      } else {
        refuseUnknown(name, file.toString());
        values.put(name, value);
      }
    }
    for (String name : SettingNames.defaults().keySet()) {
      String variable = environment.get(SettingNames.variable(name));
      if (variable != null) {
        values.put(name, variable.trim());
      }
    }
    for (String name : system.stringPropertyNames()) {
      if (name.startsWith(PREFIX) && SettingNames.isKnown(name)) {
        values.put(name, system.getProperty(name).trim());
      }
    }
    return new RawSettings(values, camel);
  }

  private static void refuseUnknown(String name, String where) {
    if (!SettingNames.isKnown(name)) {
      throw new WrongSettingException(
          where
              + ": there is no setting "
              + name
              + SettingNames.nearest(name).map(near -> "; did you mean " + near + "?").orElse(""));
    }
  }

  /** The keys of the file that are Camel's own. */
  Map<String, String> camel() {
    return Map.copyOf(camel);
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
    String text = text(name);
    if (!text.equals("true") && !text.equals("false")) {
      throw WrongSettingException.of(name, text, "true or false is needed");
    }
    return text.equals("true");
  }

  Duration duration(String name) {
    Duration duration =
        read(name, DurationText::parse, "a duration is needed, such as 200ms, 15s, 5m, 3h or 3d");
    if (duration.isZero()) {
      throw WrongSettingException.of(name, text(name), "it must be longer than 0");
    }
    return duration;
  }

  List<Duration> durations(String name) {
    return read(
        name, DurationText::parseList, "durations with commas between are needed: 1m,15m,3h");
  }

  <T> T read(String name, Function<String, T> parse, String need) {
    try {
      return parse.apply(text(name));
    } catch (IllegalArgumentException wrong) {
      throw WrongSettingException.of(name, text(name), need);
    }
  }
}
