package io.changepost.acceptance.matrix;

import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** G2 to G5 and G7: what administrators do to a database under load. */
final class AdministratorRows {

  private static final String RESUMES =
      "the node stays up and resumes alone; nothing committed is lost";

  private AdministratorRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
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
                          "revoke all on changepost.delivery, changepost.lease, changepost.webhook from changepost_test");
                      Scene.pause(8_000);
                      rights(
                          server,
                          "grant all on changepost.delivery, changepost.lease, changepost.webhook to changepost_test");
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
            AdministratorRows::rewritten));
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
                "vacuum full changepost.lease",
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
}
