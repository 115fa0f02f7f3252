package io.changepost.app.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./changepost completion}. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Prints a script that completes these commands in bash and zsh.",
    footer = {"", "Example: source <(./changepost completion)"})
public final class CompletionCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public CompletionCommand() {}

  @Override
  public void run() {
    CommandSpec here = Objects.requireNonNull(spec);
    here.commandLine().getOut().print(AutoComplete.bash("changepost", here.root().commandLine()));
    here.commandLine().getOut().flush();
  }
}
