package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An answer of RFC 9457, thrown by whoever finds that a call cannot be served. */
final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final String title;
  private final @Nullable String detail;
  private final transient ObjectNode more = Json.object();
  private final transient Map<String, String> headers;

  private Problem(
      int status, String type, String title, @Nullable String detail, Map<String, String> headers) {
    // Expected failures: no stack trace, no suppression.
    super(title, null, false, false);
    this.status = status;
    this.type = type;
    this.title = title;
    this.detail = detail;
    this.headers = headers;
  }

  static Problem of(int status, String type, String title, @Nullable String detail) {
    return new Problem(status, type, title, detail, Map.of());
  }

  static Problem withHeaders(
      int status, String type, String title, String detail, Map<String, String> headers) {
    return new Problem(status, type, title, detail, headers);
  }

  /** 400 where any error is malformed input, else 422. */
  static Problem invalid(List<FieldError> errors) {
    boolean malformed = errors.stream().anyMatch(FieldError::malformed);
    Problem problem =
        malformed
            ? of(400, "malformed", "The request is malformed", null)
            : of(422, "refused", "A value is refused", null);
    ArrayNode list = problem.more.putArray("errors");
    errors.forEach(e -> list.addObject().put("field", e.field()).put("message", e.message()));
    return problem;
  }

  static Problem malformed(String field, String message) {
    return invalid(List.of(FieldError.malformed(field, message)));
  }

  static Problem refused(String field, String message) {
    return invalid(List.of(FieldError.refused(field, message)));
  }

  /** 422 of a kind of its own, such as {@code blocked-address}. */
  static Problem refused(String type, String title, String field, String message) {
    Problem problem = of(422, type, title, message);
    problem.more.putArray("errors").addObject().put("field", field).put("message", message);
    return problem;
  }

  /** The one answer for what does not exist and for what belongs to others. */
  static Problem notFound() {
    return of(404, "not-found", "Not found", "There is nothing here, or nothing of yours.");
  }

  static Problem limit(String type, String title, String detail, long limit, long count) {
    Problem problem = of(409, type, title, detail);
    problem.more.put("limit", limit).put("count", count);
    return problem;
  }

  static Problem conflict(String type, String title, String detail) {
    return of(409, type, title, detail);
  }

  static Problem tooLarge(String detail) {
    return of(413, "too-large", "Too large", detail);
  }

  static Problem unavailable(String detail, int retryAfterSeconds) {
    return withHeaders(
        503,
        "unavailable",
        "Not available now",
        detail,
        Map.of("Retry-After", Integer.toString(retryAfterSeconds)));
  }

  /** Names the occurrence in the log. */
  Problem instance(String id) {
    more.put("instance", id);
    return this;
  }

  int status() {
    return status;
  }

  Response response() {
    ObjectNode body = Json.object();
    body.put("type", "/problems/" + type).put("title", title).put("status", status);
    if (detail != null) {
      body.put("detail", detail);
    }
    for (Map.Entry<String, JsonNode> field : more.properties()) {
      body.set(field.getKey(), field.getValue());
    }
    return new Response(status, "application/problem+json", Json.bytes(body), headers);
  }
}
