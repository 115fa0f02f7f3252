package io.changepost.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One route file as a tree that still knows its lines, and what was found in it. Not thread-safe.
 */
final class RouteSheet {

  private final String file;
  private final List<MappingNode> items;
  private final List<Finding> findings;

  RouteSheet(String file, List<MappingNode> items, List<Finding> findings) {
    this.file = file;
    this.items = items;
    this.findings = findings;
  }

  /** A name and what it stands for. */
  record Field(String name, Node key, Node value) {

    /** Its text, null where it is not a single value. */
    @Nullable String text() {
      return RouteSheet.text(value);
    }
  }

  /** The values of that name at the top of the file. */
  Stream<Field> top(String name) {
    return items.stream().flatMap(item -> fields(item).stream()).filter(f -> f.name().equals(name));
  }

  void say(Node where, String message) {
    say(line(where), message);
  }

  void say(int line, String message) {
    findings.add(new Finding(file, line, message));
  }

  String at(Node where) {
    return file + ":" + line(where);
  }

  /** Every entry of the file. */
  void eachItem(Consumer<MappingNode> look) {
    items.forEach(look);
  }

  /** Every field of every mapping of the file, outer ones first. */
  void eachField(Consumer<Field> look) {
    items.forEach(item -> eachField(item, look));
  }

  /** Every field at and under that node. */
  static void eachField(Node node, Consumer<Field> look) {
    if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(child -> eachField(child, look));
    }
    for (Field field : fields(node)) {
      look.accept(field);
      eachField(field.value(), look);
    }
  }

  /** Every single value of the file. */
  void eachText(Consumer<ScalarNode> look) {
    items.forEach(item -> eachText(item, look));
  }

  private static void eachText(Node node, Consumer<ScalarNode> look) {
    if (node instanceof ScalarNode scalar) {
      look.accept(scalar);
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(child -> eachText(child, look));
    }
    fields(node).forEach(field -> eachText(field.value(), look));
  }

  /** The fields of a mapping; none for anything else. */
  static List<Field> fields(Node node) {
    List<Field> fields = new ArrayList<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String name = text(tuple.getKeyNode());
        fields.add(new Field(name == null ? "" : name, tuple.getKeyNode(), tuple.getValueNode()));
      }
    }
    return fields;
  }

  static Optional<Field> field(Node node, String name) {
    return fields(node).stream().filter(field -> field.name().equals(name)).findFirst();
  }

  static @Nullable String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : null;
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
