package io.changepost.app.cli;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./changepost explain …}. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = "Tells why a change was sent to a webhook, or was not.",
    footer = {"", "Example: ./changepost explain 90210 --webhook 7 --organization 3"})
public final class ExplainCommand implements Callable<Integer> {

  @Mixin private ActingOptions acting = new ActingOptions();

  @Parameters(paramLabel = "CHANGE", description = "The change's id.")
  private long change;

  @Option(
      names = "--webhook",
      required = true,
      paramLabel = "ID",
      description = "The webhook's id.")
  private long webhook;

  /** Made by the command line. */
  public ExplainCommand() {}

  @Override
  public Integer call() {
    Api.Answer answer = acting.api().get("/changes/" + change + "/explain?webhookId=" + webhook);
    if (acting.server().json()) {
      acting.print().raw(answer.text());
      return 0;
    }
    JsonObject told = answer.json();
    acting.print().line(told.getString("explanation", ""));
    acting.print().line("");
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : told) {
      if (field.getValue() instanceof JsonObject delivery) {
        facts.put(field.getKey(), delivery.getString("id") + " " + delivery.getString("state"));
      } else if (!field.getKey().equals("explanation")) {
        facts.put(field.getKey(), field.getValue());
      }
    }
    acting.print().facts(facts);
    return 0;
  }
}
