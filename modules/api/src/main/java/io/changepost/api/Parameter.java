package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A parameter of a path, query or header.
 *
 * @param integer true where its text is read as a number
 * @param absent what it means where it is not given
 */
record Parameter(String name, Place place, boolean integer, SchemaCheck check, Absent absent) {

  /**
   * What it means where it is not given.
   *
   * @param refused the call is malformed then
   * @param fallback what counts instead; null where nothing does
   */
  record Absent(boolean refused, @Nullable JsonNode fallback) {}

  /** Where it stands. */
  enum Place {
    PATH,
    QUERY,
    HEADER
  }

  private static final int LONGEST_INTEGER = 20;

  /** The value as JSON; adds to {@code errors} where the text is none. */
  JsonNode read(String text, List<FieldError> errors) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (!integer) {
      JsonNode value = nodes.textNode(text);
      errors.addAll(named(check.errors(value)));
      return value;
    }
    if (text.length() > LONGEST_INTEGER || !text.matches("-?(0|[1-9][0-9]*)")) {
      errors.add(FieldError.malformed(name, "is no integer"));
      return nodes.nullNode();
    }
    BigInteger number = new BigInteger(text);
    JsonNode value =
        number.bitLength() < Long.SIZE
            ? nodes.numberNode(number.longValue())
            : nodes.numberNode(number);
    errors.addAll(named(check.errors(value)));
    return value;
  }

  private List<FieldError> named(List<FieldError> errors) {
    return errors.stream()
        .map(error -> new FieldError(name, error.message(), error.malformed()))
        .toList();
  }
}
