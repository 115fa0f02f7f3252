package io.changepost.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of openapi.yaml.
 *
 * @param id its operationId
 * @param method in capitals
 * @param path its template's segments, parameters in braces
 * @param access who may call it
 * @param input what it takes
 */
record Operation(String id, String method, List<String> path, Access access, Input input) {

  /**
   * What an operation takes.
   *
   * @param parameters by name
   * @param body what the body must be, null where there is none
   * @param rawFields the body's fields that are kept as text
   */
  record Input(
      Map<String, Parameter> parameters, @Nullable SchemaCheck body, Set<String> rawFields) {}

  /** True where the segments fit the template; whether the parameters are any good is not asked. */
  boolean fits(List<String> segments) {
    if (segments.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      if (!isParameter(path.get(i)) && !path.get(i).equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The headers that it takes. */
  List<String> headers() {
    return input.parameters().values().stream()
        .filter(parameter -> parameter.place() == Parameter.Place.HEADER)
        .map(Parameter::name)
        .toList();
  }

  static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }
}
