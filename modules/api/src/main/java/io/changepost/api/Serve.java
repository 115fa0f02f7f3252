package io.changepost.api;

import static io.changepost.api.Parameter.Place.HEADER;
import static io.changepost.api.Parameter.Place.QUERY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Checks a call against its operation and has it handled, on a worker thread. Thread-safe. */
final class Serve {

  private final Authenticate authenticate;
  private final Map<String, LaterHandler> handlers;

  Serve(Authenticate authenticate, Map<String, LaterHandler> handlers) {
    this.authenticate = authenticate;
    this.handlers = handlers;
  }

  /** The answer, at once or later; a {@link Problem} is thrown, or what it fails with. */
  CompletionStage<Response> serve(Call call) {
    Operation operation = call.operation();
    Caller caller = authenticate.caller(operation.access(), call.credentials());
    Map<String, JsonNode> parameters = parameters(call);
    JsonNode body = body(call);
    LaterHandler handler = Objects.requireNonNull(handlers.get(operation.id()));
    return handler.handle(new Request(caller, call, parameters, body));
  }

  private static Map<String, JsonNode> parameters(Call call) {
    Map<String, Parameter> known = call.operation().input().parameters();
    Map<String, JsonNode> values = new HashMap<>();
    List<FieldError> errors = new ArrayList<>();
    path(call, known, values);
    query(call.query())
        .forEach((name, texts) -> value(known.get(name), QUERY, name, texts, values, errors));
    call.headers()
        .forEach((name, texts) -> value(known.get(name), HEADER, name, texts, values, errors));
    known.forEach((name, parameter) -> absent(name, parameter.absent(), values, errors));
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return values;
  }

  private static void absent(
      String name, Parameter.Absent absent, Map<String, JsonNode> values, List<FieldError> errors) {
    if (absent.fallback() != null) {
      values.putIfAbsent(name, absent.fallback());
    } else if (absent.refused() && !values.containsKey(name)) {
      errors.add(FieldError.malformed(name, "is missing"));
    }
  }

  /** A segment that cannot be an id names nothing. */
  private static void path(Call call, Map<String, Parameter> known, Map<String, JsonNode> values) {
    List<String> template = call.operation().path();
    for (int i = 0; i < template.size(); i++) {
      String segment = template.get(i);
      if (Operation.isParameter(segment)) {
        String name = segment.substring(1, segment.length() - 1);
        List<FieldError> errors = new ArrayList<>();
        values.put(
            name, Objects.requireNonNull(known.get(name)).read(call.segments().get(i), errors));
        if (!errors.isEmpty()) {
          throw Problem.notFound();
        }
      }
    }
  }

  private static void value(
      @Nullable Parameter parameter,
      Parameter.Place place,
      String name,
      List<String> texts,
      Map<String, JsonNode> values,
      List<FieldError> errors) {
    if (parameter == null || parameter.place() != place) {
      errors.add(FieldError.malformed(name, "is no known parameter"));
    } else if (texts.size() > 1) {
      errors.add(FieldError.malformed(name, "is given twice"));
    } else {
      values.put(name, parameter.read(texts.get(0), errors));
    }
  }

  private static Map<String, List<String>> query(@Nullable String query) {
    Map<String, List<String>> values = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return values;
    }
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      }
    }
    return values;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Problem.malformed("", "The query is not encoded as it should be.");
    }
  }

  private static JsonNode body(Call call) {
    Operation.Input input = call.operation().input();
    if (input.body() == null) {
      return nothing(call);
    }
    if (call.body().length == 0 && call.contentType() == null) {
      throw Problem.malformed("", "A JSON body is missing.");
    }
    requireJson(call.contentType());
    JsonNode body = ReadJson.tree(call.body(), input.rawFields());
    List<FieldError> errors = input.body().errors(body);
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
    return body;
  }

  /** An operation without a body takes an empty object too, which many clients send. */
  private static JsonNode nothing(Call call) {
    if (call.body().length > 0) {
      requireJson(call.contentType());
      JsonNode body = ReadJson.tree(call.body(), java.util.Set.of());
      if (!body.equals(JsonNodeFactory.instance.objectNode())) {
        String field = body.isObject() ? body.fieldNames().next() : "";
        throw Problem.malformed(field, "This call takes no fields.");
      }
    }
    return MissingNode.getInstance();
  }

  private static void requireJson(@Nullable String contentType) {
    String[] parts = contentType == null ? new String[] {""} : contentType.split(";", -1);
    boolean json = parts[0].trim().equalsIgnoreCase("application/json");
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].replace("\"", "").trim().toLowerCase(Locale.ROOT);
      json &= parameter.isEmpty() || parameter.equals("charset=utf-8");
    }
    if (!json) {
      throw Problem.of(415, "not-json", "Not JSON", "Send the body as application/json in UTF-8.");
    }
  }
}
