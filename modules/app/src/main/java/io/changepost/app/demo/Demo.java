package io.changepost.app.demo;

import io.changepost.app.server.Server;
import io.changepost.app.settings.RawSettings;
import io.changepost.app.settings.ServerSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole Changepost for a while: starts everything, changes something every second, counts what
 * arrives, and leaves nothing behind. Run once; {@link #stop} may be called from any thread.
 */
final class Demo {

  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration LOOKS_EVERY = Duration.ofMillis(50);
  private static final Duration WAITS_AT_MOST = Duration.ofSeconds(30);
  private static final Duration WAITS_WHEN_STOPPED = Duration.ofSeconds(5);

  private final Path home;
  private final int port;
  private final Print print;
  private final Ledger ledger = new Ledger();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Server starting;

  /** {@code home} has the folder of the routes; {@code port} is a free one, for the API. */
  Demo(Path home, int port, Print print) {
    this.home = home;
    this.port = port;
    this.print = print;
  }

  /** Ends the changes; {@link #run} returns soon after, with all closed. */
  void stop() {
    stopped.countDown();
    Server unready = starting;
    if (unready != null) {
      unready.close();
    }
  }

  /** Makes {@code most} changes or goes on until stopped, then waits for what is to arrive. */
  Summary run(long most) throws SQLException, InterruptedException {
    String operatorKey = newKey();
    print.line(Print.Kind.STARTING, "PostgreSQL in a temporary folder, and Changepost beside it");
    try (TemporaryFolder folder = TemporaryFolder.make();
        Receiver receiver = new Receiver(ledger, print, Clock.systemUTC());
        Server server = new Server(settings(folder.path(), operatorKey))) {
      if (start(server)) {
        print.line(Print.Kind.STARTING, "one organization, six companies and a webhook, by HTTP");
        String base = "http://127.0.0.1:" + port;
        SampleData.Made made =
            SampleData.make(new Api(base + "/api/v1"), operatorKey, receiver.url());
        receiver.knows(made.secret());
        introduce(base, made, operatorKey);
        try (Changes changes = new Changes(server.database(), ledger, print)) {
          change(changes, most);
          await(changes);
        }
      }
    }
    Summary summary = ledger.summary();
    print.plain(summary.line());
    return summary;
  }

  /** False where it was stopped meanwhile. */
  private boolean start(Server server) {
    starting = server;
    try {
      if (isStopped()) {
        return false;
      }
      server.start();
      return !isStopped();
    } catch (RuntimeException failed) {
      if (isStopped()) {
        return false;
      }
      throw failed;
    } finally {
      starting = null;
    }
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private void introduce(String base, SampleData.Made made, String operatorKey) {
    print.plain("");
    print.plain("  Changepost     " + base);
    print.plain("  Organization   " + made.organization() + ", key " + made.key());
    print.plain("  Operator key   " + operatorKey);
    print.plain("  Try            curl -H 'Authorization: Bearer " + made.key() + "' \\");
    print.plain(
        "                   '" + base + "/api/v1/webhooks/" + made.webhookId() + "/deliveries'");
    print.plain("  Ctrl-C ends it; nothing is kept.");
    print.plain("");
  }

  private void change(Changes changes, long most) throws SQLException, InterruptedException {
    for (long made = 0; made < most; made++) {
      changes.makeNext();
      if (stopped.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    }
  }

  private void await(Changes changes) throws SQLException, InterruptedException {
    print.line(Print.Kind.DONE, "no more changes; waiting for what is still to arrive");
    long begin = System.nanoTime();
    while (!changes.nothingWaits() || ledger.summary().missing() > 0) {
      Duration waited = Duration.ofNanos(System.nanoTime() - begin);
      Duration most = isStopped() ? WAITS_WHEN_STOPPED : WAITS_AT_MOST;
      if (waited.compareTo(most) > 0) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(LOOKS_EVERY.toMillis());
    }
  }

  /** Neither the file nor the environment is read: what is configured here is not for the demo. */
  private ServerSettings settings(Path dataDir, String operatorKey) {
    return ServerSettings.of(
        RawSettings.of(
            Map.of(
                "changepost.http.port",
                Integer.toString(port),
                "changepost.management.port",
                Integer.toString(Ports.free()),
                "changepost.data.dir",
                dataDir.toString(),
                "changepost.operator.key",
                operatorKey,
                "changepost.endpoints.https-only",
                "false",
                "changepost.endpoints.allowed-networks",
                "127.0.0.0/8",
                "changepost.redelivery.delays",
                "1s,2s,4s",
                "changepost.shutdown.timeout",
                "5s")),
        home);
  }

  private static String newKey() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return "demo_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
