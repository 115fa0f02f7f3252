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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** {@code ./changepost start}: runs a node until it is told to end. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Runs the server, with nothing configured on an embedded PostgreSQL in data/.",
    footer = {"", "Example: CHANGEPOST_HTTP_PORT=9090 ./changepost start"})
final class StartCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(StartCommand.class);

  @Override
  public Integer call() throws InterruptedException {
    Path home = Home.directory();
    RawSettings raw = Home.settings();
    raw.warnings().forEach(LOG::warn);
    ServerSettings settings = ServerSettings.of(raw, home);
    Server server = new Server(settings);
    Ending ending = Ending.onSignal(server::close, settings.shutdownTimeout());
    try {
      server.start();
    } catch (RuntimeException | Error failed) {
      if (ending.cancel()) {
        throw failed;
      }
      // It was told to end, and so it could not start: nobody has to be told of that.
      LOG.debug("given up", failed);
      return untilEnded();
    }
    tell(System.out, server, settings);
    return untilEnded();
  }

  private static int untilEnded() throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  private static void tell(PrintStream out, Server server, ServerSettings settings) {
    server.newOperatorKey().ifPresent(key -> out.println("Operator key, shown this once: " + key));
    // One write: who waits for this line never reads a part of it.
    out.println(
        String.format(
            Locale.ROOT,
            "Changepost ready in %.1f s: %s (PostgreSQL %s, %d routes)",
            ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0,
            settings.listen().http().url(),
            server.isEmbedded() ? "embedded" : databaseName(settings),
            server.routes()));
    out.flush();
  }

  private static String databaseName(ServerSettings settings) {
    String url = Objects.requireNonNull(settings.database()).url();
    return url.replaceFirst("^jdbc:postgresql:(//)?", "").replaceFirst("\\?.*", "");
  }
}
