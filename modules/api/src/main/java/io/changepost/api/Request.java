package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.domain.MessageId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One call, checked against its operation.
 *
 * @param caller who calls
 * @param call what came in
 * @param parameters those given or with a default, by name
 * @param body the JSON, missing node where the operation takes none
 */
record Request(Caller caller, Call call, Map<String, JsonNode> parameters, JsonNode body) {

  /** Where it comes from, for the limit of wrong keys. */
  String address() {
    return call.credentials().address();
  }

  /** The organization acted for; only in operations of organizations. */
  long organization() {
    return Objects.requireNonNull(caller.organization(), "no organization");
  }

  /** The id in the path. */
  long id(String name) {
    return Objects.requireNonNull(parameters.get(name), name).longValue();
  }

  @Nullable Long longOrNull(String name) {
    JsonNode value = parameters.get(name);
    return value == null ? null : Long.valueOf(value.longValue());
  }

  @Nullable String textOrNull(String name) {
    JsonNode value = parameters.get(name);
    return value == null ? null : value.textValue();
  }

  @Nullable Instant timeOrNull(String name) {
    String text = textOrNull(name);
    return text == null ? null : time(name, text);
  }

  /** The delivery that the path names. */
  MessageId message() {
    return MessageId.parse(Objects.requireNonNull(textOrNull("id"))).orElseThrow(Problem::notFound);
  }

  int limit() {
    return (int) id("limit");
  }

  /** A text field of the body, null where it is null or absent. */
  @Nullable String field(String name) {
    return body.path(name).textValue();
  }

  String requiredField(String name) {
    return Objects.requireNonNull(field(name), name);
  }

  @Nullable Instant timeField(String name) {
    String text = field(name);
    return text == null ? null : time(name, text);
  }

  /** An RFC 3339 time, to the microsecond, in the years 1 to 9999 of UTC. */
  static Instant time(String field, String text) {
    try {
      OffsetDateTime time =
          OffsetDateTime.parse(text.replace(' ', 'T')).withOffsetSameInstant(ZoneOffset.UTC);
      // PostgreSQL reads no other year as it is written; an offset leads there from either end.
      if (time.getYear() >= 1 && time.getYear() <= 9999) {
        return time.minusNanos(time.getNano() % 1000).toInstant();
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw Problem.refused(field, "is no time that can be kept");
  }
}
