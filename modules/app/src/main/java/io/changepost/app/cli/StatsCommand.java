package io.changepost.app.cli;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./changepost stats}. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description = "Tells how many there are of what, and how much waits since when.",
    footer = {"", "Example: ./changepost stats"})
public final class StatsCommand implements Callable<Integer> {

  @Mixin private ServerOptions server = new ServerOptions();

  /** Made by the command line. */
  public StatsCommand() {}

  @Override
  public Integer call() {
    Api.Answer answer = server.api(null).get("/stats");
    if (server.json()) {
      server.print().raw(answer.text());
      return 0;
    }
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : answer.json()) {
      if (field.getValue() instanceof JsonObject group) {
        group.forEach(one -> facts.put(field.getKey() + " " + words(one.getKey()), one.getValue()));
      } else {
        String name = field.getKey().equals("paused") ? "delivery paused" : field.getKey();
        facts.put(name, field.getValue());
      }
    }
    server.print().facts(facts);
    return 0;
  }

  private static String words(String field) {
    return field.equals("oldestAt") ? "oldest" : field;
  }
}
