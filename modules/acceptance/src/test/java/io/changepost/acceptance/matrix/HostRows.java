package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** G1, G6 and G8: what stands between a node and its database, and what hosts do in it. */
final class HostRows {

  private static final Path POOLER = Path.of("/usr/sbin/pgbouncer");

  private HostRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "G1",
            "SIGTERM while the database is down",
            "it ends within 30 s; after both are back nothing is lost",
            HostRows::endedInOutage));
    trials.add(
        Trial.slow(
            "G6",
            "a host's transaction with savepoints is held open for 20 s, then committed; another is prepared (2PC) before a restart of PostgreSQL",
            "both arrive, those after them do not wait; what was rolled back to a savepoint does not",
            HostRows::longTransactions));
    trials.add(
        Trial.slow(
            "G8",
            "behind PgBouncer in transaction mode, which is killed and started again",
            "it refuses to start, in one line that says why",
            HostRows::pooled));
    return trials;
  }

  private static Finding endedInOutage() throws Exception {
    try (PostgresServer server = PostgresServer.create();
        Scene scene = new Scene(server.database())) {
      Product node = scene.node();
      scene.answerLate("/a", 300);
      scene.hook("/a");
      Producer producer = scene.producer(50);
      Scene.pause(2_000);
      server.stop("immediate");
      Scene.pause(300);
      long begin = System.nanoTime();
      int status = node.stop();
      double seconds = (System.nanoTime() - begin) / 1e9;
      server.start();
      node.start();
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 20, 2);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (seconds > 36) {
        wrong.add("it took too long to end");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + String.format(
                  java.util.Locale.ROOT, "; ended after %.1f s with status %d", seconds, status));
    }
  }

  private static Finding longTransactions() throws Exception {
    try (PostgresServer server = PostgresServer.with("max_prepared_transactions = 5\n");
        Scene scene = new Scene(server.database())) {
      scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(50);
      long kept;
      long gone;
      long prepared;
      double waited;
      try (Connection host = scene.database().connect();
          Connection other = scene.database().connect();
          Statement held = host.createStatement();
          Statement twoPhase = other.createStatement()) {
        host.setAutoCommit(false);
        kept = insert(held);
        held.execute("savepoint a");
        gone = insert(held);
        held.execute("rollback to a");
        other.setAutoCommit(false);
        prepared = insert(twoPhase);
        twoPhase.execute("prepare transaction 'host'");
        int before = scene.receiver().at("/a").size();
        long begin = System.nanoTime();
        Scene.awaitTrue("later ones", 30, () -> scene.receiver().at("/a").size() > before + 20);
        waited = (System.nanoTime() - begin) / 1e9;
        Scene.pause(20_000);
        host.commit();
      }
      server.stop("fast");
      server.start();
      Scene.pause(2_000);
      scene.database().execute("commit prepared 'host'");
      Scene.pause(1_000);
      Map<String, Long> committed = new HashMap<>(producer.stop());
      committed.put(Long.toString(kept), 0L);
      committed.put(Long.toString(prepared), 0L);
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 20, 2);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (waited > 5) {
        wrong.add("those after it waited");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + String.format(
                  java.util.Locale.ROOT,
                  "; 20 later ones arrived within %.1f s; %d, which was undone, did not",
                  waited,
                  gone));
    }
  }

  private static long insert(Statement statement) throws java.sql.SQLException {
    try (var rows =
        statement.executeQuery(
            "insert into changepost.document (company_id, name) values (1, 'host') returning id")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static Finding pooled() throws Exception {
    if (!Files.exists(POOLER)) {
      return Finding.notTried("pgbouncer is not installed");
    }
    try (PostgresServer server = PostgresServer.create();
        Pooler pooler = new Pooler(POOLER, server.port());
        Scene scene = new Scene(server.database(), server.on(pooler.port()))) {
      try {
        scene.node();
      } catch (AssertionError | RuntimeException refused) {
        String said = String.valueOf(refused.getMessage());
        return Finding.of(
            said.contains("pool_mode") && said.lines().count() <= 2,
            "refused: " + said.replaceFirst("(?s).*changepost: ", ""),
            said);
      }
      scene.hook("/a");
      Producer producer = scene.producer(50);
      Scene.pause(5_000);
      pooler.restart();
      Scene.pause(5_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 20, 2);
      return Finding.of(invariants.wrong(), "it sends: " + invariants.figure());
    }
  }
}
