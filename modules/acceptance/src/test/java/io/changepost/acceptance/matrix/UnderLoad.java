package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A fault of a database of one's own while changes are committed and sent, and the ledgers after
 * it.
 */
final class UnderLoad {

  /** Something done to the database while changes are committed and sent. */
  @FunctionalInterface
  interface Fault {
    void bringAbout(PostgresServer server, Relay relay, Scene scene) throws Exception;
  }

  private static final int MOST_SECONDS = 35;

  private UnderLoad() {}

  static Finding run(Fault fault) throws Exception {
    try (PostgresServer server = PostgresServer.create()) {
      return run(server, Map.of(), fault);
    }
  }

  /** The same on a server that was set up otherwise, which the caller closes. */
  static Finding run(PostgresServer server, Map<String, String> settings, Fault fault)
      throws Exception {
    try (Relay relay = new Relay(server.port());
        Scene scene = new Scene(server.database(), server.on(relay.port()))) {
      Product node = scene.node(settings);
      scene.hook("/a");
      Producer producer = scene.producer(50);
      fault.bringAbout(server, relay, scene);
      long over = System.nanoTime();
      int before = scene.receiver().at("/a").size();
      Scene.awaitTrue("it sends again", 60, () -> scene.receiver().at("/a").size() > before + 5);
      double again = (System.nanoTime() - over) / 1e9;
      Scene.pause(1_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 100, 3);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (!node.isAlive()) {
        wrong.add("the node ended");
      }
      if (again > MOST_SECONDS) {
        wrong.add("it took long to resume");
      }
      return Finding.of(
          wrong,
          String.format(
              Locale.ROOT, "%s; sends again %.1f s after the fault", invariants.figure(), again));
    }
  }

  /** A signal to all processes of the server. */
  static void signalAll(PostgresServer server, String signal) throws Exception {
    ProcessHandle postmaster = server.postmaster();
    List<ProcessHandle> all = new ArrayList<>(postmaster.children().toList());
    all.add(postmaster);
    for (ProcessHandle process : all) {
      Scene.signal(process, signal);
    }
  }
}
