package io.changepost.app.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./changepost deliveries …}. */
@Command(
    name = "deliveries",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists what was or will be sent to a webhook, shows one message, sends it again.",
    footer = {"", "Example: ./changepost deliveries list 7 --organization 3 --state failed"})
public final class DeliveriesCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public DeliveriesCommand() {}

  @Override
  public void run() {
    throw Group.incomplete(Objects.requireNonNull(spec));
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "A webhook's deliveries, newest change first.",
      footer = {
        "",
        "Example: ./changepost deliveries list 7 --organization 3 --state failed --since 3h"
      })
  int list(
      @Mixin ActingOptions acting,
      @Mixin Paging paging,
      @Parameters(paramLabel = "WEBHOOK", description = "The webhook's id.") long webhook,
      @Option(names = "--state", paramLabel = "S", description = "pending, delivered or failed.")
          @Nullable String state,
      @Option(
              names = "--since",
              paramLabel = "T",
              converter = TimeOption.class,
              description = "Changes from then on: 2026-11-23T08:00:00Z, or how long ago: 3h.")
          @Nullable Instant since,
      @Option(
              names = "--until",
              paramLabel = "T",
              converter = TimeOption.class,
              description = "Changes before then.")
          @Nullable Instant until) {
    String path =
        "/webhooks/"
            + webhook
            + "/deliveries?"
            + filter("state", state)
            + filter("since", since)
            + filter("until", until);
    return paging.show(
        path,
        List.of(
            Print.Column.of("STATE", "state"),
            Print.Column.of("CHANGED", "createdAt"),
            new Print.Column(
                "WHAT", row -> row.getString("object") + " " + row.getString("action")),
            Print.Column.of("OBJECT", "objectId"),
            Print.Column.of("TRIES", "attemptCount"),
            new Print.Column("OUTCOME", DeliveriesCommand::outcome),
            Print.Column.of("ID", "id")),
        acting.api(),
        acting.server());
  }

  /** When it is due, when it arrived, or why it did not. */
  private static @Nullable Object outcome(JsonObject row) {
    Object next = row.getValue("nextAttemptAt");
    Object delivered = row.getValue("deliveredAt");
    return next != null ? "due " + next : delivered != null ? delivered : row.getValue("reason");
  }

  private static String filter(String name, @Nullable Object value) {
    return value == null ? "" : name + "=" + Api.encoded(value.toString()) + "&";
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "One delivery: every attempt with its answer, and the message as sent.",
      footer = {
        "",
        "Example: ./changepost deliveries show msg_AAAAAAAAAAEAAAAAAAAAATUVrEdnwAqL --organization 3"
      })
  int show(
      @Mixin ActingOptions acting,
      @Parameters(paramLabel = "ID", description = "The message's id.") String id) {
    Api.Answer answer = acting.api().get("/deliveries/" + Api.encoded(id));
    if (acting.server().json()) {
      acting.print().raw(answer.text());
      return 0;
    }
    Map<String, @Nullable Object> facts = new LinkedHashMap<>(answer.json().getMap());
    facts.remove("attempts");
    Object message = facts.remove("message");
    acting.print().facts(facts);
    acting.print().line("");
    acting
        .print()
        .table(
            List.of(
                Print.Column.of("ROUND", "round"),
                Print.Column.of("TRY", "number"),
                Print.Column.of("AT", "at"),
                Print.Column.of("MS", "durationMs"),
                Print.Column.of("STATUS", "status"),
                Print.Column.of("ERROR", "error"),
                Print.Column.of("ANSWER", "responseBody")),
            answer.json().getJsonArray("attempts", new JsonArray()));
    acting.print().line("");
    acting.print().line(Objects.toString(message, ""));
    return 0;
  }

  @Command(
      name = "resend",
      mixinStandardHelpOptions = true,
      description = "Sends a message again, with the same id and body, in a new round of attempts.",
      footer = {
        "",
        "Example: ./changepost deliveries resend msg_AAAAAAAAAAEAAAAAAAAAATUVrEdnwAqL --organization 3"
      })
  int resend(
      @Mixin ActingOptions acting,
      @Parameters(paramLabel = "ID", description = "The message's id.") String id) {
    Api.Answer answer = acting.api().post("/deliveries/" + Api.encoded(id) + "/resend", null);
    if (acting.server().json()) {
      acting.print().raw(answer.text());
    } else {
      acting.print().line(answer.json().getString("id") + " is due now");
    }
    return 0;
  }
}
