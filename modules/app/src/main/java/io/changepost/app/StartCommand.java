package io.changepost.app;

import io.changepost.app.server.Server;
import io.changepost.app.settings.Home;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code ./changepost start}: runs a node until it is told to end. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Runs the server, with nothing configured on an embedded PostgreSQL in data/.",
    footer = {"", "Example: CHANGEPOST_HTTP_PORT=9090 ./changepost start"})
final class StartCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    Path home = Home.directory();
    RawSettings raw = Home.settings();
    raw.warnings().forEach(LoggerFactory.getLogger(StartCommand.class)::warn);
    ServerSettings settings = ServerSettings.of(raw, home);
    Server server = new Server(settings);
    Ending ending = Ending.onSignal(server::close, settings.shutdownTimeout());
    try {
      server.start();
    } catch (RuntimeException | Error failed) {
      ending.cancel();
      throw failed;
    }
    tell(System.out, server, settings);
    new CountDownLatch(1).await();
    return 0;
  }

  private static void tell(PrintStream out, Server server, ServerSettings settings) {
    server.newOperatorKey().ifPresent(key -> out.println("Operator key, shown this once: " + key));
    out.printf(
        Locale.ROOT,
        "Changepost ready in %.1f s: %s (PostgreSQL %s, %d routes)%n",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0,
        settings.listen().http().url(),
        server.isEmbedded() ? "embedded" : databaseName(settings),
        server.routes());
    out.flush();
  }

  private static String databaseName(ServerSettings settings) {
    String url = Objects.requireNonNull(settings.database()).url();
    return url.replaceFirst("^jdbc:postgresql:(//)?", "").replaceFirst("\\?.*", "");
  }
}
