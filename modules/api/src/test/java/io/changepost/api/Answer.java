package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** What came back; the body is a missing node where there was none or no JSON. */
record Answer(int status, java.net.http.HttpHeaders headers, String text, JsonNode body) {

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  List<String> errorFields() {
    return body.path("errors").findValuesAsText("field");
  }

  String text(String field) {
    return body.path(field).asText();
  }

  long id() {
    return body.path("id").asLong();
  }
}
