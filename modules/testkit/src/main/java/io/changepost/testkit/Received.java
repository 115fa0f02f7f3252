package io.changepost.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request as it came.
 *
 * @param number 1 for the first that the endpoint received, in the order of their ends
 * @param connection 1 for the first connection
 * @param method such as {@code POST}
 * @param path with the query, as written
 * @param headers by name in lower case; of a repeated one the values joined with {@code ", "}
 * @param body all of it
 * @param at when its last byte was there
 */
@SuppressWarnings("ArrayRecordComponent") // tests look at the bytes themselves
public record Received(
    int number,
    int connection,
    String method,
    String path,
    Map<String, String> headers,
    byte[] body,
    Instant at) {

  /** The header's value, null where it was not sent. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** The body as UTF-8. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
