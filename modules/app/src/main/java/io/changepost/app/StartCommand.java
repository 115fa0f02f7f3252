package io.changepost.app;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code ./changepost start}: runs a node until it is told to end. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Runs the server, with nothing configured on an embedded PostgreSQL in data/.")
final class StartCommand implements Callable<Integer> {

  @Override
  public Integer call() throws InterruptedException {
    Path home = Home.directory();
    RawSettings raw =
        RawSettings.read(Home.configFile(home), System.getenv(), System.getProperties());
    ServerSettings settings = ServerSettings.of(raw, home);
    CountDownLatch ended = new CountDownLatch(1);
    Server server = new Server(settings).start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  ended.countDown();
                  // A JVM that is asked to end by a signal would say 143, whatever it did well.
                  Runtime.getRuntime().halt(0);
                },
                "changepost-shutdown"));
    server
        .newOperatorKey()
        .ifPresent(key -> System.out.println("Operator key, shown this once: " + key));
    System.out.printf(
        Locale.ROOT,
        "Changepost ready in %.1f s: %s (PostgreSQL %s, %d routes)%n",
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0,
        settings.http().url(),
        server.isEmbedded() ? "embedded" : databaseName(settings),
        server.routes());
    System.out.flush();
    ended.await();
    return 0;
  }

  private static String databaseName(ServerSettings settings) {
    String url = Objects.requireNonNull(settings.database()).url();
    return url.replaceFirst("^jdbc:postgresql:(//)?", "").replaceFirst("\\?.*", "");
  }
}
