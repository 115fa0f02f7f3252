package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** openapi.yaml, read once at the start: what can be called, and with what. Immutable. */
final class OpenApi {

  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private final byte[] text;
  private final List<Operation> operations;

  private OpenApi(byte[] text, List<Operation> operations) {
    this.text = text;
    this.operations = operations;
  }

  /** The document on the class path. */
  static OpenApi load() {
    try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
      byte[] text = Objects.requireNonNull(in, "openapi.yaml is missing").readAllBytes();
      return new OpenApi(text, new Reader(new YAMLMapper().readTree(text)).operations());
    } catch (IOException e) {
      throw new UncheckedIOException("openapi.yaml cannot be read", e);
    }
  }

  byte[] text() {
    return text.clone();
  }

  List<Operation> operations() {
    return operations;
  }

  /**
   * The operations of the path under /api/v1, with all methods; empty where there is none. A path
   * that is spelled out comes before one with parameters.
   */
  List<Operation> at(String path) {
    List<String> segments = segments(path);
    List<Operation> fitting = operations.stream().filter(one -> one.fits(segments)).toList();
    List<Operation> literal = fitting.stream().filter(one -> one.path().equals(segments)).toList();
    return literal.isEmpty() ? fitting : literal;
  }

  /** Split at slashes, nothing decoded or normalised: {@code //a}, {@code a/} fit nothing. */
  static List<String> segments(String path) {
    return Arrays.asList(path.split("/", -1));
  }

  /**
   * Reads all schemas, which is otherwise done by the first call that needs one.
   *
   * @return how many operations there are
   */
  int readSchemas() {
    for (Operation operation : operations) {
      operation.input().parameters().values().forEach(parameter -> parameter.check().schema());
      SchemaCheck body = operation.input().body();
      if (body != null) {
        body.schema();
      }
    }
    return operations.size();
  }

  private record Reader(JsonNode document) {

    List<Operation> operations() {
      List<Operation> found = new ArrayList<>();
      document
          .get("paths")
          .properties()
          .forEach(
              path ->
                  path.getValue()
                      .properties()
                      .forEach(
                          method -> {
                            if (METHODS.contains(method.getKey())) {
                              found.add(operation(path, method));
                            }
                          }));
      return List.copyOf(found);
    }

    private Operation operation(Map.Entry<String, JsonNode> path, Map.Entry<String, JsonNode> it) {
      JsonNode operation = it.getValue();
      Map<String, Parameter> parameters = new LinkedHashMap<>();
      for (JsonNode parameter : path.getValue().path("parameters")) {
        add(parameters, resolved(parameter));
      }
      for (JsonNode parameter : operation.path("parameters")) {
        add(parameters, resolved(parameter));
      }
      JsonNode body =
          operation.path("requestBody").path("content").path("application/json").path("schema");
      Set<String> raw = new HashSet<>();
      operation.path("x-raw-fields").forEach(name -> raw.add(name.textValue()));
      return new Operation(
          operation.get("operationId").textValue(),
          it.getKey().toUpperCase(Locale.ROOT),
          segments(path.getKey()),
          Access.valueOf(operation.get("x-access").textValue().toUpperCase(Locale.ROOT)),
          new Operation.Input(
              parameters, body.isMissingNode() ? null : SchemaCheck.of(body, document), raw));
    }

    private void add(Map<String, Parameter> parameters, JsonNode parameter) {
      JsonNode schema = parameter.get("schema");
      JsonNode meant = resolved(schema);
      String name = parameter.get("name").textValue();
      parameters.put(
          name,
          new Parameter(
              name,
              Parameter.Place.valueOf(parameter.get("in").textValue().toUpperCase(Locale.ROOT)),
              meant.get("type").textValue().equals("integer"),
              SchemaCheck.of(schema, document),
              new Parameter.Absent(
                  parameter.path("required").asBoolean(false), meant.get("default"))));
    }

    private JsonNode resolved(JsonNode node) {
      JsonNode reference = node.get("$ref");
      return reference == null ? node : document.at(reference.textValue().substring(1));
    }
  }
}
