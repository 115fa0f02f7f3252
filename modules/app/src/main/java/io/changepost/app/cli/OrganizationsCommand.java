package io.changepost.app.cli;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./changepost organizations …}. */
@Command(
    name = "organizations",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists organizations, or makes one.",
    footer = {"", "Example: ./changepost organizations list"})
public final class OrganizationsCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Made by the command line. */
  public OrganizationsCommand() {}

  @Override
  public void run() {
    throw Group.incomplete(Objects.requireNonNull(spec));
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "All organizations, in the order of their ids.",
      footer = {"", "Example: ./changepost organizations list --all"})
  int list(@Mixin ServerOptions server, @Mixin Paging paging) {
    return paging.show(
        "/organizations?",
        List.of(
            Print.Column.of("ID", "id"),
            Print.Column.of("NAME", "name"),
            Print.Column.of("CREATED", "createdAt")),
        server.api(null),
        server);
  }

  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      description = "Makes an organization and prints its key, which is shown this once.",
      footer = {"", "Example: ./changepost organizations create 'Van Dijk Bouw'"})
  int create(
      @Mixin ServerOptions server,
      @Parameters(paramLabel = "NAME", description = "What it is called.") String name) {
    Api.Answer answer = server.api(null).post("/organizations", new JsonObject().put("name", name));
    if (server.json()) {
      server.print().raw(answer.text());
      return 0;
    }
    JsonObject made = answer.json();
    server.print().line("Organization " + made.getLong("id") + ". Its key, shown this once:");
    server.print().line(made.getString("key"));
    return 0;
  }
}
