package io.changepost.app.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./changepost webhooks …}. */
@Command(
    name = "webhooks",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, shows, makes, tests, switches and deletes webhooks.",
    subcommands = CreateWebhookCommand.class,
    footer = {"", "Example: ./changepost webhooks list --organization 3"})
public final class WebhooksCommand implements Runnable {

  private static final String ID = "Its id.";

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public WebhooksCommand() {}

  @Override
  public void run() {
    throw Group.incomplete(Objects.requireNonNull(spec));
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The webhooks of an organization.",
      footer = {"", "Example: ./changepost webhooks list --organization 3 --all"})
  int list(@Mixin ActingOptions acting, @Mixin Paging paging) {
    return paging.show(
        "/webhooks?",
        List.of(
            Print.Column.of("ID", "id"),
            new Print.Column("STATUS", WebhooksCommand::status),
            Print.Column.of("WAITING", "pending"),
            Print.Column.of("LAST SUCCESS", "lastSuccessAt"),
            Print.Column.of("FAILING SINCE", "failingSince"),
            Print.Column.of("URL", "url")),
        acting.api(),
        acting.server());
  }

  /** Paused is what an operator wants to see of an active one. */
  private static Object status(JsonObject webhook) {
    boolean active = "active".equals(webhook.getString("status"));
    return active && webhook.getBoolean("paused", false) ? "paused" : webhook.getString("status");
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "One webhook with all that is known of it, but for its secret.",
      footer = {"", "Example: ./changepost webhooks show 7 --organization 3"})
  int show(@Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    return tell(acting, acting.api().get("/webhooks/" + id));
  }

  @Command(
      name = "activate",
      mixinStandardHelpOptions = true,
      description = "Makes an inactive webhook active. What it missed is for replay to send.",
      footer = {"", "Example: ./changepost webhooks activate 7 --organization 3"})
  int activate(
      @Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    return change(acting, id, "activate");
  }

  @Command(
      name = "deactivate",
      mixinStandardHelpOptions = true,
      description = "Makes a webhook inactive; what waits for it ends as failed.",
      footer = {"", "Example: ./changepost webhooks deactivate 7 --organization 3"})
  int deactivate(
      @Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    return change(acting, id, "deactivate");
  }

  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = "Holds a webhook's messages back; they wait.",
      footer = {"", "Example: ./changepost webhooks pause 7 --organization 3"})
  int pause(@Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    return change(acting, id, "pause");
  }

  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = "Lets a paused webhook's messages go.",
      footer = {"", "Example: ./changepost webhooks resume 7 --organization 3"})
  int resume(
      @Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    return change(acting, id, "resume");
  }

  private static int change(ActingOptions acting, long id, String verb) {
    Api.Answer answer = acting.api().post("/webhooks/" + id + "/" + verb, null);
    if (acting.server().json()) {
      acting.print().raw(answer.text());
      return 0;
    }
    JsonObject webhook = answer.json();
    boolean paused = webhook.getBoolean("paused", false);
    acting
        .print()
        .line("Webhook " + id + " is " + webhook.getString("status") + (paused ? ", paused" : ""));
    return 0;
  }

  @Command(
      name = "test",
      mixinStandardHelpOptions = true,
      description =
          "Sends a test message at once and tells the answer; exit status 0 where it was taken.",
      footer = {"", "Example: ./changepost webhooks test 7 --organization 3"})
  int test(@Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    Api.Answer answer = acting.api().post("/webhooks/" + id + "/test", null);
    JsonObject result = answer.json();
    if (acting.server().json()) {
      acting.print().raw(answer.text());
    } else {
      Map<String, @Nullable Object> facts = new LinkedHashMap<>();
      facts.put("status", result.getValue("status"));
      facts.put("error", result.getValue("error"));
      facts.put("duration", result.getValue("durationMs") + " ms");
      facts.put("answer", result.getValue("body"));
      acting.print().facts(facts);
    }
    return result.getValue("error") == null ? 0 : 1;
  }

  @Command(
      name = "delete",
      mixinStandardHelpOptions = true,
      description = "Deletes a webhook; what waits for it is cancelled.",
      footer = {"", "Example: ./changepost webhooks delete 7 --organization 3"})
  int delete(
      @Mixin ActingOptions acting, @Parameters(paramLabel = "ID", description = ID) long id) {
    acting.api().delete("/webhooks/" + id);
    if (!acting.server().json()) {
      acting.print().line("Webhook " + id + " is deleted");
    }
    return 0;
  }

  static int tell(ActingOptions acting, Api.Answer answer) {
    if (acting.server().json()) {
      acting.print().raw(answer.text());
      return 0;
    }
    Map<String, @Nullable Object> facts = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : answer.json()) {
      Object value = field.getValue();
      facts.put(
          field.getKey(),
          field.getKey().equals("subscriptions") ? subscriptions((JsonArray) value) : value);
    }
    acting.print().facts(facts);
    return 0;
  }

  private static String subscriptions(JsonArray subscriptions) {
    return subscriptions.stream()
        .map(JsonObject.class::cast)
        .map(
            one ->
                one.getString("object")
                    + "="
                    + one.getJsonArray("actions").stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(",")))
        .collect(Collectors.joining(" "));
  }
}
