package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What goes back. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Response(int status, String contentType, byte[] body, Map<String, String> headers) {

  static final String JSON = "application/json";

  static Response json(int status, JsonNode body) {
    return new Response(status, JSON, Json.bytes(body), Map.of());
  }

  static Response ok(JsonNode body) {
    return json(200, body);
  }

  static Response noContent() {
    return new Response(204, "", new byte[0], Map.of());
  }
}
