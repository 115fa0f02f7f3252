package io.changepost.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./changepost}. */
@Command(
    name = "changepost",
    mixinStandardHelpOptions = true,
    versionProvider = Changepost.VersionText.class,
    description =
        "Posts every change of a PostgreSQL database, signed, to your customers' webhooks.",
    subcommands = {StartCommand.class, CommandLine.HelpCommand.class})
public final class Changepost implements Runnable {

  @Spec private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

  /** Runs the command and ends the process with its exit status. */
  public static void main(String[] words) {
    int status = commandLine().execute(words);
    System.exit(status);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Changepost())
        .setExecutionExceptionHandler(
            (failed, command, parsed) -> {
              if (failed instanceof WrongSettingException) {
                command.getErr().println(failed.getMessage());
                return 1;
              }
              throw failed;
            });
  }

  @Override
  public void run() {
    throw new ParameterException(
        java.util.Objects.requireNonNull(spec).commandLine(), "Which command? Try --help.");
  }

  /** For {@code --version}. */
  static final class VersionText implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Changepost " + Version.text()};
    }
  }
}
