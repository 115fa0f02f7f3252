package io.changepost.app.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.spi.EndpointUriFactory;

/** What of Camel is there to be used, by what its jars and those in {@code lib/} say. */
final class CamelParts {

  private static final String SERVICES = "META-INF/services/org/apache/camel/";

  private CamelParts() {}

  /** The schemes that an address may begin with. */
  static Set<String> components() {
    return listed("component.properties", "components");
  }

  /** The languages of expressions. */
  static Set<String> languages() {
    return listed("language.properties", "languages");
  }

  /** The options of an address; empty where its component does not tell. */
  static Set<String> options(String scheme) {
    Properties factory = new Properties();
    try (InputStream in =
        loader().getResourceAsStream(SERVICES + "urifactory/" + scheme + "-endpoint")) {
      if (in == null) {
        return Set.of();
      }
      factory.load(in);
      Class<?> type = loader().loadClass(factory.getProperty("class", ""));
      return type.getDeclaredConstructor().newInstance() instanceof EndpointUriFactory known
          ? known.propertyNames()
          : Set.of();
    } catch (IOException | ReflectiveOperationException | LinkageError untold) {
      return Set.of();
    }
  }

  private static Set<String> listed(String file, String name) {
    Set<String> all = new TreeSet<>();
    try {
      for (URL one : Collections.list(loader().getResources(SERVICES + file))) {
        Properties properties = new Properties();
        try (InputStream in = one.openStream()) {
          properties.load(in);
        }
        all.addAll(List.of(properties.getProperty(name, "").strip().split("\\s+")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static ClassLoader loader() {
    return CamelParts.class.getClassLoader();
  }
}
