package io.changepost.app;

import io.changepost.app.cli.CompletionCommand;
import io.changepost.app.cli.DeliveriesCommand;
import io.changepost.app.cli.ExplainCommand;
import io.changepost.app.cli.KeysCommand;
import io.changepost.app.cli.OrganizationsCommand;
import io.changepost.app.cli.PauseCommand;
import io.changepost.app.cli.RefusedException;
import io.changepost.app.cli.ReplayCommand;
import io.changepost.app.cli.ResumeCommand;
import io.changepost.app.cli.StatsCommand;
import io.changepost.app.cli.WebhooksCommand;
import io.changepost.app.console.HawtioCommand;
import io.changepost.app.demo.DemoCommand;
import io.changepost.app.settings.Home;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.Version;
import io.changepost.app.settings.WrongSettingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code ./changepost}. */
@Command(
    name = "changepost",
    mixinStandardHelpOptions = true,
    versionProvider = Changepost.VersionText.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Posts every change of a PostgreSQL database, signed, to your customers' webhooks.",
    subcommands = {
      StartCommand.class,
      DemoCommand.class,
      RoutesCommand.class,
      OrganizationsCommand.class,
      KeysCommand.class,
      WebhooksCommand.class,
      DeliveriesCommand.class,
      ReplayCommand.class,
      ExplainCommand.class,
      StatsCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      HawtioCommand.class,
      BenchCommand.class,
      CompletionCommand.class,
      WarmUpCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Settings are in config/application.properties; the environment overrides them",
      "(changepost.http.port by CHANGEPOST_HTTP_PORT). CHANGEPOST_CONFIG names another",
      "file, CHANGEPOST_JAVA_OPTS holds options for the JVM (-Xmx512m where it is unset).",
      "",
      "The commands from organizations to resume call a running server: that of these",
      "settings, or of --url, with the key in CHANGEPOST_KEY, or changepost.operator.key.",
      "",
      "Exit status: 0 done, 1 failed, refused or a wrong setting, 2 a wrong command line."
    })
public final class Changepost implements Runnable {

  private static final String LOGBACK = "logback.configurationFile";
  private static final int FAILED = 1;
  private static final int WRONG_COMMAND_LINE = 2;

  @Spec private @Nullable CommandSpec spec;

  /** Runs the command and ends the process with its exit status. */
  public static void main(String[] words) {
    configureLogging();
    forgetFailedLookups();
    System.exit(commandLine().execute(words));
  }

  /** The launcher says it too; this is for those who start the JVM in their own way. */
  private static void configureLogging() {
    Path file = Home.directory().resolve("config").resolve("logback.xml");
    if (System.getProperty(LOGBACK) == null && Files.isReadable(file)) {
      System.setProperty(LOGBACK, file.toString());
    }
  }

  /**
   * The JVM would keep a failed lookup of a name for 10 s, and forget whether the name is unknown
   * or our name server did not answer: then our own outage outlasts itself and is charged to
   * endpoints. An option on the command line cannot turn that off.
   */
  static void forgetFailedLookups() {
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  static CommandLine commandLine() {
    return new CommandLine(new Changepost())
        .registerConverter(long.class, number(Long::valueOf))
        .registerConverter(Long.class, number(Long::valueOf))
        .registerConverter(int.class, number(Integer::valueOf))
        .registerConverter(Integer.class, number(Integer::valueOf))
        .setParameterExceptionHandler(Changepost::wrongCommandLine)
        .setExecutionExceptionHandler(Changepost::failed);
  }

  /** Reads a whole number; says so where it is none. */
  private static <T> ITypeConverter<T> number(Function<String, T> read) {
    return text -> {
      try {
        return read.apply(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is no whole number, or too large a one");
      }
    };
  }

  private static int wrongCommandLine(ParameterException wrong, String[] words) {
    CommandLine command = wrong.getCommandLine();
    String name = command.getCommandSpec().qualifiedName(" ");
    command.getErr().println(wrong.getMessage() + " (see ./" + name + " --help)");
    return WRONG_COMMAND_LINE;
  }

  private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult words) {
    if (failure instanceof WrongSettingException || failure instanceof RefusedException) {
      command.getErr().println(failure.getMessage());
      return FAILED;
    }
    command.getErr().println("changepost: " + Causes.oneLine(failure));
    if (System.getProperty(RawSettings.HOME_PROPERTY) == null) {
      failure.printStackTrace(command.getErr());
    }
    return FAILED;
  }

  @Override
  public void run() {
    CommandSpec here = java.util.Objects.requireNonNull(spec);
    throw new ParameterException(here.commandLine(), "a command is missing");
  }

  /** For {@code --version}. */
  static final class VersionText implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Changepost " + Version.text()};
    }
  }
}
