package io.changepost.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./changepost pause}: for one webhook it is {@code webhooks pause}. */
@Command(
    name = "pause",
    mixinStandardHelpOptions = true,
    description =
        "Holds all delivery on all nodes, until resume; what is in flight ends, nothing is lost.",
    footer = {"", "Example: ./changepost pause"})
public final class PauseCommand implements Callable<Integer> {

  @Mixin private ServerOptions server = new ServerOptions();

  /** Made by the command line. */
  public PauseCommand() {}

  @Override
  public Integer call() {
    Api.Answer answer = server.api(null).post("/pause", null);
    if (server.json()) {
      server.print().raw(answer.text());
    } else {
      boolean paused = answer.json().getBoolean("paused");
      server.print().line(paused ? "All delivery is paused" : "Delivery goes on");
    }
    return 0;
  }
}
