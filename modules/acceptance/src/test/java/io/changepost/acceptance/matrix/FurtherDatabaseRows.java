package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** G, its part of what administrators and hosts do to a database under load. */
final class FurtherDatabaseRows {

  private static final Path POOLER = Path.of("/usr/sbin/pgbouncer");
  private static final String RESUMES =
      "the node stays up and resumes alone; nothing committed is lost";

  private FurtherDatabaseRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "G1",
            "SIGTERM while the database is down",
            "it ends within 30 s; after both are back nothing is lost",
            FurtherDatabaseRows::endedInOutage));
    trials.add(
        Trial.slow(
            "G2",
            "all our sessions are terminated every 200 ms for 10 s",
            RESUMES,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      for (int i = 0; i < 50; i++) {
                        server.sql(
                            "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'changepost_test' and application_name like 'changepost%'");
                        Scene.pause(200);
                      }
                    })));
    trials.add(
        Trial.slow(
            "G3",
            "the database is made read-only for 8 s, and the role loses its rights on the queue for 8 s",
            RESUMES,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      Scene.pause(1_500);
                      server.sql("alter system set default_transaction_read_only = on");
                      server.sql("select pg_reload_conf()");
                      Scene.pause(8_000);
                      try (Connection admin = server.admin();
                          Statement statement = admin.createStatement()) {
                        statement.execute("set default_transaction_read_only = off");
                        statement.execute("alter system reset default_transaction_read_only");
                        statement.execute("select pg_reload_conf()");
                      }
                      Scene.pause(1_500);
                      rights(
                          server,
                          "revoke all on changepost.delivery, changepost.webhook from changepost_test");
                      Scene.pause(8_000);
                      rights(
                          server,
                          "grant all on changepost.delivery, changepost.webhook to changepost_test");
                    })));
    trials.add(
        Trial.slow(
            "G4",
            "the administrator sets statement_timeout 100 ms, lock_timeout 10 ms, idle_in_transaction_session_timeout 100 ms for the role",
            RESUMES,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      server.sql(
                          "alter role changepost_test set statement_timeout = '100ms';"
                              + " alter role changepost_test set lock_timeout = '10ms';"
                              + " alter role changepost_test set idle_in_transaction_session_timeout = '100ms';"
                              + " alter role changepost_test set default_transaction_isolation = 'serializable';"
                              + " select pg_terminate_backend(pid) from pg_stat_activity where usename = 'changepost_test'");
                      Scene.pause(6_000);
                    })));
    trials.add(
        Trial.slow(
            "G5",
            "VACUUM FULL, REINDEX and CLUSTER of our tables under load, 3 times",
            "a short wait; nothing lost or twice",
            FurtherDatabaseRows::rewritten));
    trials.add(
        Trial.slow(
            "G6",
            "a host's transaction with savepoints is held open for 20 s, then committed; another is prepared (2PC) before a restart of PostgreSQL",
            "both arrive, those after them do not wait; what was rolled back to a savepoint does not",
            FurtherDatabaseRows::longTransactions));
    trials.add(
        Trial.slow(
            "G7",
            "PostgreSQL's checkpointer, WAL writer and autovacuum launcher are stopped (SIGSTOP) for 15 s",
            RESUMES,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      Scene.pause(1_000);
                      List<ProcessHandle> helpers = helpers(server);
                      for (ProcessHandle one : helpers) {
                        Scene.signal(one, "STOP");
                      }
                      Scene.pause(15_000);
                      for (ProcessHandle one : helpers) {
                        Scene.signal(one, "CONT");
                      }
                    })));
    trials.add(
        Trial.slow(
            "G8",
            "behind PgBouncer in transaction mode, which is killed and started again",
            "it refuses to start, in one line that says why",
            FurtherDatabaseRows::pooled));
    trials.add(
        Trial.slow(
            "G9",
            "another node with other settings (timeout, lease, delays) on the same database, and the first is killed",
            "nothing lost, no lease cut short",
            FurtherDatabaseRows::otherSettings));
    trials.add(
        Trial.slow(
            "G10",
            "2,000 webhooks are made by 8 callers while changes are sent",
            "all are made, the API answers within 3 s, nothing is lost",
            FurtherDatabaseRows::manyWebhooks));
    if (PostgresServer.programs().isEmpty()) {
      return trials.stream()
          .map(
              trial ->
                  List.of("G1", "G2", "G3", "G4", "G6", "G7", "G8").contains(trial.id())
                      ? trial.lacks("no PostgreSQL programs in /usr/lib/postgresql")
                      : trial)
          .toList();
    }
    return trials;
  }

  private static void rights(PostgresServer server, String sql) throws Exception {
    String url = server.database().url();
    try (Connection admin = java.sql.DriverManager.getConnection(url, "postgres", "");
        Statement statement = admin.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<ProcessHandle> helpers(PostgresServer server) throws Exception {
    List<ProcessHandle> helpers = new ArrayList<>();
    try (Connection admin = server.admin();
        Statement statement = admin.createStatement();
        var rows =
            statement.executeQuery(
                "select pid from pg_stat_activity where backend_type in ('checkpointer', 'walwriter', 'autovacuum launcher', 'background writer')")) {
      while (rows.next()) {
        ProcessHandle.of(rows.getLong(1)).ifPresent(helpers::add);
      }
    }
    return helpers;
  }

  private static Finding endedInOutage() throws Exception {
    try (PostgresServer server = PostgresServer.create();
        Scene scene = new Scene(server.database())) {
      Product node = scene.node();
      scene
          .receiver()
          .answer(
              "/a",
              any -> {
                try {
                  Thread.sleep(300);
                } catch (InterruptedException closed) {
                  Thread.currentThread().interrupt();
                }
                return 200;
              });
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

  private static Finding rewritten() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(50);
      Scene.pause(1_000);
      for (int i = 0; i < 3; i++) {
        for (String sql :
            List.of(
                "vacuum full changepost.delivery",
                "vacuum full changepost.outbox",
                "reindex table changepost.delivery",
                "reindex table changepost.webhook",
                "cluster changepost.delivery using delivery_pkey",
                "vacuum full changepost.webhook_health",
                "reindex schema changepost")) {
          scene.database().execute(sql);
          Scene.pause(100);
        }
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      return Finding.of(invariants.wrong(), invariants.figure());
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

  private static Finding otherSettings() throws Exception {
    TestDatabase database = TestPostgres.freshDatabase();
    try (Scene scene = new Scene(database)) {
      Product first =
          scene.node(
              Map.of(
                  "CHANGEPOST_DELIVERY_TIMEOUT", "5s",
                  "CHANGEPOST_DELIVERY_LEASE", "20s",
                  "CHANGEPOST_REDELIVERY_DELAYS", "5s,5s,5s"));
      scene
          .receiver()
          .answer(
              "/slow",
              any -> {
                try {
                  Thread.sleep(1_500);
                } catch (InterruptedException closed) {
                  Thread.currentThread().interrupt();
                }
                return 200;
              });
      scene.hook("/slow");
      scene.hook("/a");
      Product second = scene.node();
      Producer producer = scene.producer(10);
      Scene.pause(5_000);
      double lost =
          Scene.metric(first, "changepost_leases_lost_total")
              + Scene.metric(second, "changepost_leases_lost_total");
      first.kill();
      Scene.pause(3_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(90));
      Invariants invariants = Invariants.check(scene, committed, 20, 1);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (lost > 0) {
        wrong.add((int) lost + " leases were cut short");
      }
      return Finding.of(wrong, invariants.figure());
    }
  }

  private static Finding manyWebhooks() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx384m"));
      scene.hook("/a");
      Producer producer = scene.producer(20);
      java.util.concurrent.atomic.AtomicLong longest = new java.util.concurrent.atomic.AtomicLong();
      List<Thread> callers = new ArrayList<>();
      for (int caller = 0; caller < 8; caller++) {
        var organization = node.organization("Caller " + caller);
        Thread thread =
            new Thread(
                () -> {
                  for (int i = 0; i < 250; i++) {
                    long begin = System.nanoTime();
                    organization.webhook(scene.receiver().url("/other"), Scene.DOCUMENTS);
                    longest.accumulateAndGet((System.nanoTime() - begin) / 1_000_000, Math::max);
                  }
                });
        thread.start();
        callers.add(thread);
      }
      for (Thread caller : callers) {
        caller.join();
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      long made = scene.number("select count(*) from changepost.webhook");
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (made != 2_001) {
        wrong.add("there are " + made + " webhooks");
      }
      if (longest.get() > 3_000) {
        wrong.add("the API took " + longest.get() + " ms");
      }
      return Finding.of(
          wrong,
          invariants.figure() + "; " + made + " webhooks, longest answer " + longest + " ms");
    }
  }
}
