package io.changepost.app.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command that needs another after it. */
final class Group {

  private Group() {}

  /** What is said where the other is missing. */
  static ParameterException incomplete(CommandSpec group) {
    return new ParameterException(
        group.commandLine(),
        group.name()
            + " needs a command: "
            + group.subcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .collect(Collectors.joining(", ")));
  }
}
