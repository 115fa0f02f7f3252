package io.changepost.app;

import io.changepost.app.server.EmbeddedDatabase;
import io.changepost.app.server.Server;
import io.changepost.app.settings.Home;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Starts a node in a temporary folder, has it rehearse and ends it, so that the JVM can keep an
 * archive of the classes that a start and the first deliveries load. The launcher calls it after a
 * build; it is not for people.
 */
@Command(name = "warm-up", hidden = true, description = "Starts and ends; the launcher calls it.")
final class WarmUpCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path home = Home.directory();
    Path folder = Files.createTempDirectory("changepost-warm-up-");
    ServerSettings settings =
        ServerSettings.of(
                RawSettings.of(
                    Map.of(
                        "changepost.data.dir", folder.toString(),
                        "changepost.http.port", freePort(),
                        "changepost.management.port", freePort())),
                home)
            .withBinaries(home.resolve("data").resolve("binaries"));
    Server server = new Server(settings);
    Ending ending = Ending.onSignal(() -> end(server, folder), Duration.ZERO);
    try {
      server.start().awaitLoaded();
    } finally {
      ending.cancel();
      end(server, folder);
    }
    return 0;
  }

  /** One at a time: a signal may come while it ends by itself. */
  private static synchronized void end(Server server, Path folder) {
    server.close();
    try {
      EmbeddedDatabase.deleteAll(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }

  private static String freePort() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(any.getLocalPort());
    }
  }
}
