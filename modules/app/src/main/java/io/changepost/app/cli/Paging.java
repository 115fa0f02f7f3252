package io.changepost.app.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Lists: a page follows the other until there are enough. */
final class Paging {

  private static final int LARGEST_PAGE = 200;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most (50).")
  private int limit;

  @Option(names = "--all", description = "All of them, however many.")
  private boolean all;

  /** Shows what {@code path} lists; {@code path} has its filters and a {@code ?} already. */
  int show(String path, List<Print.Column> columns, Api api, ServerOptions server) {
    if (limit < 1) {
      throw server.wrong("--limit must be at least 1");
    }
    JsonArray items = new JsonArray();
    int most = all ? Integer.MAX_VALUE : limit;
    String cursor = null;
    do {
      int page = Math.min(LARGEST_PAGE, most - items.size());
      Api.Answer answer = api.get(path + "limit=" + page + more(cursor));
      JsonObject read = answer.json();
      if (server.json() && cursor == null && read.getString("nextCursor") == null) {
        // One page is all: as the server said it.
        server.print().raw(answer.text());
        return 0;
      }
      items.addAll(read.getJsonArray("items", new JsonArray()));
      cursor = read.getString("nextCursor");
    } while (cursor != null && items.size() < most);
    if (server.json()) {
      server.print().raw(new JsonObject().put("items", items).put("nextCursor", cursor).encode());
      return 0;
    }
    server.print().table(columns, items);
    if (cursor != null) {
      server.print().line("… there are more: --all, or --limit");
    }
    return 0;
  }

  private static String more(@Nullable String cursor) {
    return cursor == null ? "" : "&cursor=" + Api.encoded(cursor);
  }
}
