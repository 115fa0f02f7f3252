package io.changepost.app.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./changepost keys …}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists the keys of an organization, makes one, or revokes one.",
    footer = {"", "Example: ./changepost keys list --organization 3"})
public final class KeysCommand implements Runnable {

  private static final String OF = "Whose keys.";

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public KeysCommand() {}

  @Override
  public void run() {
    throw Group.incomplete(Objects.requireNonNull(spec));
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "The keys, also revoked ones, by their first characters.",
      footer = {"", "Example: ./changepost keys list --organization 3"})
  int list(
      @Mixin ServerOptions server,
      @Mixin Paging paging,
      @Option(
              names = {"-o", "--organization"},
              required = true,
              paramLabel = "N",
              description = OF)
          long organization) {
    return paging.show(
        keys(organization) + "?",
        List.of(
            Print.Column.of("KEY", "keyId"),
            Print.Column.of("BEGINS", "hint"),
            new Print.Column(
                "STATE", row -> row.getValue("revokedAt") == null ? "active" : "revoked"),
            Print.Column.of("CREATED", "createdAt"),
            Print.Column.of("REVOKED", "revokedAt")),
        server.api(null),
        server);
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes one more key and prints it, this once.",
      footer = {"", "Example: ./changepost keys create --organization 3"})
  int create(
      @Mixin ServerOptions server,
      @Option(
              names = {"-o", "--organization"},
              required = true,
              paramLabel = "N",
              description = OF)
          long organization) {
    Api.Answer answer = server.api(null).post(keys(organization), null);
    if (server.json()) {
      server.print().raw(answer.text());
      return 0;
    }
    JsonObject made = answer.json();
    server.print().line("Key " + made.getLong("keyId") + ", shown this once:");
    server.print().line(made.getString("key"));
    return 0;
  }

  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      description = "Ends a key, at once and for ever.",
      footer = {"", "Example: ./changepost keys revoke 12 --organization 3"})
  int revoke(
      @Mixin ServerOptions server,
      @Option(
              names = {"-o", "--organization"},
              required = true,
              paramLabel = "N",
              description = OF)
          long organization,
      @Parameters(paramLabel = "KEY", description = "Its number, from the list.") long keyId) {
    server.api(null).delete(keys(organization) + "/" + keyId);
    if (!server.json()) {
      server.print().line("Key " + keyId + " is revoked");
    }
    return 0;
  }

  private static String keys(long organization) {
    return "/organizations/" + organization + "/keys";
  }
}
