package io.changepost.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./changepost resume}: for one webhook it is {@code webhooks resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description = "Lets all delivery go on.",
    footer = {"", "Example: ./changepost resume"})
public final class ResumeCommand implements Callable<Integer> {

  @Mixin private ServerOptions server = new ServerOptions();

  /** Made by the command line. */
  public ResumeCommand() {}

  @Override
  public Integer call() {
    Api.Answer answer = server.api(null).post("/resume", null);
    if (server.json()) {
      server.print().raw(answer.text());
    } else {
      boolean paused = answer.json().getBoolean("paused");
      server.print().line(paused ? "All delivery is paused" : "Delivery goes on");
    }
    return 0;
  }
}
