package io.changepost.app.cli;

import io.changepost.app.settings.Home;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.Reach;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that calls a server: which one, with which key, printed how. */
final class ServerOptions {

  static final String KEY_VARIABLE = "CHANGEPOST_KEY";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The server; where it is not given, that of the settings of this folder.")
  private @Nullable String url;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "The key to call with, which others on this machine may see; better is CHANGEPOST_KEY in"
              + " the environment. Else changepost.operator.key of the settings.")
  private @Nullable String key;

  @Option(names = "--json", description = "Prints the server's answer as it is.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  Api api(@Nullable Long organization) {
    RawSettings settings = Home.settings();
    Reach reach = Reach.of(settings);
    String given = key == null ? System.getenv(KEY_VARIABLE) : key;
    String chosen = given == null || given.isBlank() ? reach.operatorKey() : given.strip();
    if (chosen == null) {
      throw wrong(
          "a key is missing: set "
              + KEY_VARIABLE
              + " to the operator's key, which the first start printed, or to an organization's; if"
              + " the operator's is lost, set a new one as changepost.operator.key");
    }
    return new Api(url == null ? reach.url() : url, chosen, organization);
  }

  boolean json() {
    return json;
  }

  Print print() {
    boolean terminal = Boolean.getBoolean(RawSettings.TERMINAL_PROPERTY);
    boolean colours = terminal && System.getenv("NO_COLOR") == null;
    return new Print(out(), colours, terminal ? Terminal.columns(System.getenv("COLUMNS")) : 0);
  }

  private PrintWriter out() {
    return Objects.requireNonNull(command).commandLine().getOut();
  }

  ParameterException wrong(String text) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), text);
  }
}
