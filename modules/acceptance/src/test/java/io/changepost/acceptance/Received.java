package io.changepost.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One request as the receiver got it. */
public record Received(
    String path, Map<String, String> headers, byte[] body, int answered, long atNanos) {

  public String id() {
    return headers.getOrDefault("webhook-id", "");
  }

  public int attempt() {
    return Integer.parseInt(headers.getOrDefault("webhook-attempt", "0"));
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public JsonNode json() {
    return Json.parse(text());
  }
}
