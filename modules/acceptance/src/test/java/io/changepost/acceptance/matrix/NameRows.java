package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Receiver;
import io.changepost.testkit.TestPostgres;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** C20 to C22: names, asked of a DNS server of our own. */
final class NameRows {

  private static final String LACKS =
      "a DNS server of our own needs port 53 and a mount namespace (root)";

  private NameRows() {}

  /** Tried with that server and a node that asks it. */
  @FunctionalInterface
  private interface Body {
    Finding run(NameServer names, Scene scene) throws Exception;
  }

  private static Finding with(String allowed, Body body) throws Exception {
    return with(Map.of("CHANGEPOST_ENDPOINTS_ALLOWED_NETWORKS", allowed), body);
  }

  private static Finding with(Map<String, String> settings, Body body) throws Exception {
    if (!System.getProperty("user.name").equals("root")) {
      return Finding.notTried(LACKS);
    }
    try (NameServer names = NameServer.start();
        Scene scene = new Scene(TestPostgres.freshDatabase())) {
      names.say("127.0.0.2");
      scene.nodeUnder(settings, NameServer.asker());
      return body.run(names, scene);
    } catch (SocketException taken) {
      return Finding.notTried(LACKS);
    }
  }

  static Finding moves() throws Exception {
    return with(
        "127.0.0.0/8",
        (names, scene) -> {
          try (Receiver old = new Receiver(new InetSocketAddress("127.0.0.2", 0));
              Receiver now = new Receiver(new InetSocketAddress("127.0.0.3", old.port()))) {
            long hook = scene.hook("/a", "http://endpoint.test:" + old.port() + "/a");
            Producer producer = scene.producer(10);
            Scene.awaitTrue("the old one", 30, () -> old.at("/a").size() > 10);
            names.say("127.0.0.3");
            long begin = System.nanoTime();
            Scene.awaitTrue("the new one", 90, () -> !now.at("/a").isEmpty());
            double seconds = (System.nanoTime() - begin) / 1e9;
            int before = old.at("/a").size();
            int committed = producer.stop().size();
            scene.drain(Duration.ofSeconds(30));
            long failed = failed(scene, hook);
            long got = old.at("/a").size() + now.at("/a").size();
            List<String> wrong = new ArrayList<>();
            if (seconds > 60) {
              wrong.add("the old address was used for too long");
            }
            if (failed > 0 || got != committed) {
              wrong.add(failed + " attempts failed, " + got + " of " + committed + " arrived");
            }
            return Finding.of(
                wrong,
                String.format(
                    Locale.ROOT,
                    "the new address after %.0f s, %d messages, %d more at the old one, attempts failed %d",
                    seconds,
                    got,
                    old.at("/a").size() - before,
                    failed));
          }
        });
  }

  static Finding rebinds() throws Exception {
    return with(
        "127.0.0.2/32",
        (names, scene) -> {
          try (Receiver allowed = new Receiver(new InetSocketAddress("127.0.0.2", 0));
              Receiver ours = new Receiver(new InetSocketAddress("127.0.0.1", allowed.port()))) {
            long hook = scene.hook("/a", "http://endpoint.test:" + allowed.port() + "/a");
            Producer producer = scene.producer(5);
            Scene.awaitTrue("the allowed one", 30, () -> allowed.at("/a").size() > 5);
            names.say("127.0.0.1");
            Scene.awaitTrue("refused", 90, () -> blocked(scene, hook) > 3);
            names.say("127.0.0.2", "127.0.0.1");
            long before = blocked(scene, hook);
            Scene.pause(36_000);
            long mixed = blocked(scene, hook) - before;
            producer.stop();
            int reached = ours.at("/a").size();
            return Finding.of(
                reached == 0 && mixed > 0,
                "arrived at the allowed address "
                    + allowed.at("/a").size()
                    + ", at 127.0.0.1 "
                    + reached
                    + ", attempts refused "
                    + blocked(scene, hook),
                "an address that is not allowed was called, or mixed ones were not refused");
          }
        });
  }

  static Finding silentServer() throws Exception {
    return with(
        Map.of("CHANGEPOST_REDELIVERY_DELAYS", "3s,10s,20s"),
        (names, scene) -> {
          try (Receiver receiver = new Receiver(new InetSocketAddress("127.0.0.2", 0))) {
            names.silence(true);
            long hook = scene.hook("/a", "http://endpoint.test:" + receiver.port() + "/a");
            scene.documents(20);
            Scene.pause(4_000);
            long charged =
                scene.number(
                    "select count(*) from changepost.webhook_health where failing_since is not null and webhook_id = "
                        + hook);
            names.silence(false);
            scene.drain(Duration.ofSeconds(60));
            long failed =
                scene.number(
                    "select count(*) from changepost.delivery_log where state = 'failed' and webhook_id = "
                        + hook);
            return Finding.of(
                charged == 0 && failed == 0,
                "20 messages, failed for good "
                    + failed
                    + ", failed attempts "
                    + failed(scene, hook)
                    + ", charged to the endpoint "
                    + charged,
                "our own outage is the endpoint's");
          }
        });
  }

  private static long failed(Scene scene, long hook) {
    return scene.number(
        "select count(*) from changepost.attempt where error is not null and webhook_id = " + hook);
  }

  private static long blocked(Scene scene, long hook) {
    return scene.number(
        "select count(*) from changepost.attempt where error = 'blocked address' and webhook_id = "
            + hook);
  }
}
