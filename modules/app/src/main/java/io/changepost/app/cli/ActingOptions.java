package io.changepost.app.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For commands that act for one organization. */
final class ActingOptions {

  @Mixin private ServerOptions server = new ServerOptions();

  @Option(
      names = {"-o", "--organization"},
      paramLabel = "N",
      description = "The organization to act for; an organization's own key needs none.")
  private @Nullable Long organization;

  Api api() {
    return server.api(organization);
  }

  ServerOptions server() {
    return server;
  }

  Print print() {
    return server.print();
  }
}
