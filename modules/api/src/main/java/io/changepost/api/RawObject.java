package io.changepost.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A JSON object that is not read but kept as its text; to a schema it is an object. */
final class RawObject extends ObjectNode {

  private static final long serialVersionUID = 1L;

  private final String text;

  RawObject(String text) {
    super(JsonNodeFactory.instance);
    this.text = text;
  }

  String text() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
