package io.changepost.routing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What may stand where in a route file, from the JSON schema that comes with Camel's own reader of
 * such files, so of the same version. Reading it takes a while; it is for telling what is wrong.
 */
final class Grammar {

  private static final String SCHEMA = "schema/camelYamlDsl.json";

  private final Map<?, ?> items;

  private Grammar(Map<?, ?> items) {
    this.items = items;
  }

  static Grammar ofCamel() {
    try (InputStream schema = Grammar.class.getClassLoader().getResourceAsStream(SCHEMA)) {
      if (schema == null) {
        throw new IllegalStateException("camel-yaml-dsl has no " + SCHEMA);
      }
      // All that is JSON is YAML.
      Object read = new Load(LoadSettings.builder().build()).loadFromInputStream(schema);
      return new Grammar(map(map(read).get("items")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What each entry of a file may be. */
  Place top() {
    return new Place(List.of(items));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  /** One place in a file, with all that is right there. */
  final class Place {

    private final List<Map<?, ?>> shapes = new ArrayList<>();

    private Place(List<?> schemas) {
      schemas.forEach(schema -> add(map(schema)));
    }

    private void add(Map<?, ?> schema) {
      if (schema.get("$ref") instanceof String reference) {
        String name = reference.substring(reference.lastIndexOf('/') + 1);
        add(map(map(items.get("definitions")).get(name)));
        return;
      }
      if (!schema.isEmpty()) {
        shapes.add(schema);
      }
      for (String either : List.of("oneOf", "anyOf", "allOf")) {
        list(schema.get(either)).stream()
            .map(Grammar::map)
            .filter(one -> !one.containsKey("not"))
            .forEach(this::add);
      }
    }

    /** The names of its fields. */
    Set<String> names() {
      Set<String> names = new TreeSet<>();
      shapes.forEach(
          shape -> map(shape.get("properties")).keySet().forEach(name -> names.add("" + name)));
      return names;
    }

    /** True where a field with another name is wrong. */
    boolean hasOnlyThese() {
      return shapes.stream()
          .anyMatch(shape -> Boolean.FALSE.equals(shape.get("additionalProperties")));
    }

    Place field(String name) {
      return new Place(
          shapes.stream().map(shape -> map(shape.get("properties")).get(name)).toList());
    }

    /** What each entry of its list may be; empty where it is no list. */
    Optional<Place> entries() {
      List<?> entries =
          shapes.stream().map(shape -> shape.get("items")).filter(one -> one != null).toList();
      return entries.isEmpty() ? Optional.empty() : Optional.of(new Place(entries));
    }

    /** The words that it may be, in their order, where it is no text of its own. */
    List<String> words() {
      List<String> words = new ArrayList<>();
      shapes.forEach(shape -> list(shape.get("enum")).forEach(word -> words.add("" + word)));
      return words;
    }

    /** True where the schema speaks of that type: {@code string}, {@code boolean}, and so on. */
    boolean mayBe(String type) {
      return shapes.stream()
          .anyMatch(shape -> type.equals(shape.get("type")) && !shape.containsKey("enum"));
    }

    /** True where the schema says nothing of what stands here. */
    boolean isAnything() {
      return shapes.isEmpty();
    }
  }
}
