package io.changepost.app.cli;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./changepost replay …}. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = "Sends messages of a webhook again, or those that it missed while inactive.",
    footer = {
      "",
      "Example: ./changepost replay 7 --organization 3 --since 3h --which failed",
      "Example: ./changepost replay 7 --organization 3 --since 2026-11-23T08:00:00Z --which missed"
    })
public final class ReplayCommand implements Callable<Integer> {

  @Mixin private ActingOptions acting = new ActingOptions();

  @Parameters(paramLabel = "WEBHOOK", description = "The webhook's id.")
  private long webhook;

  @Option(
      names = "--since",
      required = true,
      paramLabel = "T",
      converter = TimeOption.class,
      description = "Changes from then on: 2026-11-23T08:00:00Z, or how long ago: 3h.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "T",
      converter = TimeOption.class,
      description = "Changes before then; now where not given.")
  private @Nullable Instant until;

  @Option(
      names = "--which",
      required = true,
      paramLabel = "W",
      description =
          "failed: what failed; missed: matching changes it got no message of, those from before the"
              + " webhook was made too; all: both, and what was delivered.")
  private String which = "";

  /** Made by the command line. */
  public ReplayCommand() {}

  @Override
  public Integer call() {
    JsonObject body = new JsonObject().put("since", String.valueOf(since)).put("which", which);
    if (until != null) {
      body.put("until", until.toString());
    }
    Api.Answer answer = acting.api().post("/webhooks/" + webhook + "/replay", body);
    if (acting.server().json()) {
      acting.print().raw(answer.text());
    } else {
      acting.print().line(answer.json().getValue("messages") + " messages are due now");
    }
    return 0;
  }
}
