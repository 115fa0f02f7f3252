package io.changepost.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;

/** Writes a page; whoever asks the database asks for one row more than the page holds. */
final class Page {

  private Page() {}

  /** The answer for rows of which the last is surplus where there are more than {@code limit}. */
  static <T> Response of(
      List<T> rows, int limit, Function<T, JsonNode> write, Function<T, String> position) {
    boolean more = rows.size() > limit;
    return of(more ? rows.subList(0, limit) : rows, more, write, position);
  }

  /** The answer for these rows; {@code more} follow or do not. */
  static <T> Response of(
      List<T> items, boolean more, Function<T, JsonNode> write, Function<T, String> position) {
    ObjectNode page = Json.object();
    page.set("items", Json.array(items, write));
    page.put("nextCursor", more ? Cursor.of(position.apply(items.get(items.size() - 1))) : null);
    return Response.ok(page);
  }
}
