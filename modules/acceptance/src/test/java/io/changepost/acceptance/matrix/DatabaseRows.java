package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** B: the database goes away, stalls, lies dead, is full or refuses. */
final class DatabaseRows {

  private static final int OFF_STEPS = 30;

  private DatabaseRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    String resumes = "the node stays up and resumes; nothing committed is lost";
    trials.add(
        Trial.slow(
            "B1",
            "kill -9 of PostgreSQL under load, 3 times",
            resumes,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      for (int i = 0; i < 3; i++) {
                        Scene.pause(1_500);
                        server.kill();
                        server.start();
                      }
                    })));
    trials.add(
        Trial.slow(
            "B2",
            "kill -9 of one backend, 5 times",
            resumes,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      for (int i = 0; i < 5; i++) {
                        Scene.pause(1_500);
                        backend(server).ifPresent(victim -> kill(victim));
                        Scene.pause(500);
                      }
                    })));
    trials.add(
        Trial.slow(
            "B3",
            "restart of PostgreSQL, fast and immediate, 6 times; the API is called meanwhile",
            resumes + "; the API answers within 3 s",
            DatabaseRows::restarts));
    trials.add(
        Trial.slow(
            "B4",
            "failover to a synchronous standby (primary killed, standby promoted, multi-host URL)",
            "nothing committed is lost",
            DatabaseRows::failover));
    trials.add(
        Trial.slow(
            "B5",
            "silent partition between node and database for 40 s",
            resumes + " within 5 s of the socket timeout",
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      Scene.pause(2_000);
                      relay.stall();
                      Scene.pause(40_000);
                      relay.flow();
                    })));
    trials.add(
        Trial.slow(
            "B6",
            "half-open: PostgreSQL is stopped (SIGSTOP) for 20 s, its sockets acknowledge",
            resumes,
            () ->
                UnderLoad.run(
                    (server, relay, scene) -> {
                      Scene.pause(2_000);
                      UnderLoad.signalAll(server, "STOP");
                      Scene.pause(20_000);
                      UnderLoad.signalAll(server, "CONT");
                    })));
    trials.add(
        Trial.fast(
            "B7",
            "the answer to a statement is swallowed and its connection reset, again and again for 6 s",
            "outcome unknown: no wrong state, nothing lost",
            DatabaseRows::lostAnswers));
    trials.add(
        Trial.slow(
            "B8",
            "every packet to the database is 500 ms late",
            "slower; no lease expires",
            DatabaseRows::late));
    trials.add(
        Trial.slow(
            "B9",
            "pool of 2 connections and 200 slow endpoints",
            "no connection is held during a POST; the API answers within 3 s",
            DatabaseRows::smallPool));
    trials.add(
        Trial.slow(
            "B10",
            "the role may not connect any more (CONNECTION LIMIT 0, sessions ended) for 8 s",
            resumes + "; few log lines",
            DatabaseRows::lockedOut));
    trials.add(
        Trial.slow(
            "B11",
            "the disk of the database is full for 10 s (its data and its WAL)",
            "nothing is called delivered that was not; resumes when there is room",
            FullDisk::tried));
    trials.add(
        Trial.slow(
            "B12",
            "a snapshot is held open for 20 s while 100 changes/s are sent",
            "delivery keeps at least half of its rate",
            DatabaseRows::heldSnapshot));
    trials.add(
        Trial.slow(
            "B13",
            "transactions commit in another order than they took their ids, 300 times",
            "all are fanned out",
            DatabaseRows::outOfOrder));
    trials.add(
        Trial.slow(
            "B14",
            "ACCESS EXCLUSIVE lock on the queue for 8 s",
            "blocked sessions are bounded by the pool; it resumes",
            DatabaseRows::locked));
    trials.add(
        Trial.slow(
            "B15",
            "two writers that deadlock, 20 times, under load",
            resumes,
            DatabaseRows::deadlocks));
    trials.add(
        Trial.slow(
            "B16",
            "gaps in the sequence of change ids (a crash leaves them)",
            "nothing depends on gapless ids",
            DatabaseRows::gaps));
    trials.add(
        Trial.slow(
                "B17",
                "100,000 rows in one transaction, heap 256 MB; TRUNCATE of a captured table",
                "memory is enough, all arrive; TRUNCATE is no change",
                DatabaseRows::bulk)
            .within(Duration.ofMinutes(6)));
    trials.add(
        Trial.slow(
                "B18",
                "the sender is off while 150,000 changes are made",
                "the writer is not slowed; all are sent after the start",
                DatabaseRows::senderOff)
            .within(Duration.ofMinutes(7)));
    if (PostgresServer.programs().isEmpty()) {
      return trials.stream()
          .map(
              trial ->
                  List.of("B1", "B2", "B3", "B4", "B5", "B6", "B10", "B11").contains(trial.id())
                      ? trial.lacks("no PostgreSQL programs in /usr/lib/postgresql")
                      : trial)
          .toList();
    }
    return trials;
  }

  private static java.util.Optional<ProcessHandle> backend(PostgresServer server) throws Exception {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select pid from pg_stat_activity where application_name = 'changepost-sender' limit 1")) {
      return rows.next() ? ProcessHandle.of(rows.getLong(1)) : java.util.Optional.empty();
    }
  }

  private static void kill(ProcessHandle process) {
    try {
      Scene.signal(process, "KILL");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Finding restarts() throws Exception {
    List<Long> api = new CopyOnWriteArrayList<>();
    Finding sent =
        UnderLoad.run(
            (server, relay, scene) -> {
              for (int i = 0; i < 6; i++) {
                Scene.pause(700);
                server.stop(i % 2 == 0 ? "fast" : "immediate");
                for (int call = 0; call < 2; call++) {
                  long begin = System.nanoTime();
                  scene
                      .organization()
                      .product()
                      .exchange("GET", scene.organization().key(), "/webhooks", null);
                  api.add((System.nanoTime() - begin) / 1_000_000);
                }
                server.start();
              }
            });
    long longest = api.stream().mapToLong(Long::longValue).max().orElse(0);
    String figure = sent.figure() + "; the API's longest answer while down " + longest + " ms";
    return sent.verdict() == Finding.Verdict.HELD && longest > 3_000
        ? Finding.fallsShort(figure, "the API hangs")
        : new Finding(sent.verdict(), figure, sent.remark());
  }

  private static Finding failover() throws Exception {
    try (PostgresServer primary = PostgresServer.create()) {
      try (PostgresServer standby = primary.standby()) {
        primary.append("synchronous_standby_names = '*'\n");
        primary.sql("select pg_reload_conf()");
        TestDatabase both =
            new TestDatabase(
                "jdbc:postgresql://127.0.0.1:"
                    + primary.port()
                    + ",127.0.0.1:"
                    + standby.port()
                    + "/platform?targetServerType=primary",
                "changepost_test",
                "changepost_test",
                "");
        try (Scene scene = new Scene(both)) {
          scene.node();
          scene.hook("/a");
          Producer producer = scene.producer(50);
          Scene.pause(3_000);
          primary.kill();
          long down = System.nanoTime();
          standby.promote();
          int before = scene.receiver().at("/a").size();
          Scene.awaitTrue(
              "it sends again", 60, () -> scene.receiver().at("/a").size() > before + 5);
          double again = (System.nanoTime() - down) / 1e9;
          Scene.pause(1_000);
          var committed = producer.stop();
          scene.drain(Duration.ofSeconds(60));
          Invariants invariants = Invariants.check(scene, committed, 50, 2);
          return Finding.of(
              invariants.wrong(),
              String.format(
                  Locale.ROOT,
                  "%s; sends again %.1f s after the kill",
                  invariants.figure(),
                  again));
        }
      }
    }
  }

  private static Finding lostAnswers() throws Exception {
    TestDatabase direct = TestPostgres.freshDatabase();
    int port = URI.create(direct.url().substring("jdbc:".length())).getPort();
    try (Relay relay = new Relay(port);
        Scene scene =
            new Scene(
                direct,
                new TestDatabase(
                    direct.url().replace(":" + port + "/", ":" + relay.port() + "/"),
                    direct.username(),
                    direct.password(),
                    direct.adminUrl()))) {
      scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(100);
      Random random = new Random(7);
      for (int i = 0; i < 12; i++) {
        int before = scene.receiver().at("/a").size();
        Scene.awaitTrue(
            "an attempt", 30, () -> scene.receiver().at("/a").size() > before + random.nextInt(5));
        relay.loseAnswers();
        Scene.pause(30);
        relay.flow();
        Scene.pause(300);
      }
      var committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Invariants invariants = Invariants.check(scene, committed, 12 * 20, 3);
      return Finding.of(
          invariants.wrong(), invariants.figure() + ", answers swallowed " + relay.cuts());
    }
  }

  private static Finding late() throws Exception {
    try (PostgresServer server = PostgresServer.create();
        Relay relay = new Relay(server.port());
        Scene scene = new Scene(server.database(), server.on(relay.port()))) {
      Product node = scene.node(Map.of("CHANGEPOST_DELIVERY_LEASE", "8s"));
      scene.hook("/a");
      relay.delay(500);
      Producer producer = scene.producer(10);
      Scene.pause(12_000);
      var committed = producer.stop();
      scene.drain(Duration.ofSeconds(90));
      relay.delay(0);
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      double lost = Scene.metric(node, "changepost_leases_lost_total");
      if (lost > 0) {
        wrong.add((int) lost + " leases expired");
      }
      return Finding.of(wrong, invariants.figure() + ", leases expired " + (int) lost);
    }
  }

  private static Finding smallPool() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_DATABASE_POOL_SIZE", "2"));
      scene.answerLate("/slow", 1_500);
      for (int i = 0; i < 200; i++) {
        scene.organization().webhook(scene.receiver().url("/slow"), Scene.DOCUMENTS);
      }
      scene.documents(1);
      Scene.awaitTrue("attempts under way", 30, () -> scene.receiver().inFlight() >= 150);
      long inUse =
          scene.number(
              "select count(*) from pg_stat_activity where datname = current_database()"
                  + " and application_name = 'changepost-sender' and state like 'idle in transaction%'");
      long[] api = new long[10];
      for (int i = 0; i < api.length; i++) {
        long begin = System.nanoTime();
        node.get(scene.organization().key(), "/webhooks?limit=5");
        api[i] = (System.nanoTime() - begin) / 1_000_000;
      }
      long longest = Arrays.stream(api).max().orElse(0);
      scene.drain(Duration.ofSeconds(30));
      return Finding.of(
          inUse == 0 && longest <= 3_000,
          "200 under way: transactions open "
              + inUse
              + ", the API's longest answer "
              + longest
              + " ms",
          "a connection is held, or the API hangs");
    }
  }

  private static Finding lockedOut() throws Exception {
    List<Integer> lines = new ArrayList<>();
    Finding found =
        UnderLoad.run(
            (server, relay, scene) -> {
              Scene.pause(1_500);
              int before = scene.organization().product().output().size();
              server.sql("alter role changepost_test connection limit 0");
              server.sql(
                  "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'changepost_test'");
              Scene.pause(8_000);
              lines.add(scene.organization().product().output().size() - before);
              server.sql("alter role changepost_test connection limit -1");
            });
    int said = lines.isEmpty() ? 0 : lines.get(0);
    return found.verdict() == Finding.Verdict.HELD && said > 60
        ? Finding.fallsShort(found.figure(), said + " log lines in 8 s")
        : new Finding(
            found.verdict(), found.figure() + "; " + said + " log lines in 8 s", found.remark());
  }

  private static Finding heldSnapshot() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      LoadRows.latencies(scene, "/a", 100, 5);
      long[] before = LoadRows.latencies(scene, "/a", 100, 8);
      long[] during;
      try (Connection analyst = scene.database().connect();
          Statement statement = analyst.createStatement()) {
        analyst.setAutoCommit(false);
        statement.execute("set transaction isolation level repeatable read");
        statement.execute("select count(*) from changepost.delivery");
        during = LoadRows.latencies(scene, "/a", 100, 20);
        analyst.rollback();
      }
      return Finding.of(
          LoadRows.quantile(during, 99) <= 1_000,
          String.format(
              Locale.ROOT,
              "p50/p99 before %d/%d ms, while held %d/%d ms",
              LoadRows.quantile(before, 50),
              LoadRows.quantile(before, 99),
              LoadRows.quantile(during, 50),
              LoadRows.quantile(during, 99)),
          "delivery falls behind");
    }
  }

  private static Finding outOfOrder() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      Random random = new Random(13);
      String insert = "insert into changepost.document (company_id, name) values (1, 'o')";
      try (Connection early = scene.database().connect();
          Connection late = scene.database().connect();
          Statement first = early.createStatement();
          Statement second = late.createStatement()) {
        early.setAutoCommit(false);
        late.setAutoCommit(false);
        for (int i = 0; i < 300; i++) {
          first.execute(insert);
          second.execute(insert);
          late.commit();
          Scene.pause(random.nextInt(12));
          early.commit();
        }
      }
      scene.drain(Duration.ofSeconds(30));
      long got = scene.receiver().at("/a").stream().map(one -> one.id()).distinct().count();
      return Finding.of(got == 600, "600 changes, arrived " + got, "missed " + (600 - got));
    }
  }

  private static Finding locked() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(50);
      Scene.pause(1_000);
      long blocked = 0;
      try (Connection ddl = scene.database().connect();
          Statement statement = ddl.createStatement()) {
        ddl.setAutoCommit(false);
        statement.execute("lock table changepost.delivery in access exclusive mode");
        for (int i = 0; i < 8; i++) {
          Scene.pause(1_000);
          blocked =
              Math.max(
                  blocked,
                  scene.number(
                      "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"));
        }
        ddl.rollback();
      }
      var committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Invariants invariants = Invariants.check(scene, committed, 20, 2);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (blocked > 20) {
        wrong.add(blocked + " sessions waited for the lock");
      }
      return Finding.of(wrong, invariants.figure() + ", sessions that waited " + blocked);
    }
  }

  private static Finding deadlocks() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(50);
      long victims = 0;
      scene
          .database()
          .execute("insert into changepost.company (id, name) values (50, 'x'), (51, 'y')");
      for (int i = 0; i < 20; i++) {
        try (Connection one = scene.database().connect();
            Connection two = scene.database().connect();
            Statement first = one.createStatement();
            Statement second = two.createStatement()) {
          one.setAutoCommit(false);
          two.setAutoCommit(false);
          first.execute("update changepost.company set name = 'a' || " + i + " where id = 50");
          second.execute("update changepost.company set name = 'b' || " + i + " where id = 51");
          Thread crossing =
              new Thread(
                  () -> {
                    try {
                      second.execute(
                          "set local lock_timeout = '300ms'; update changepost.company set name = 'b' where id = 50");
                      two.commit();
                    } catch (java.sql.SQLException victim) {
                      // Rolled back when it is closed.
                    }
                  });
          crossing.start();
          try {
            first.execute(
                "set local lock_timeout = '300ms'; update changepost.company set name = 'a' where id = 51");
            one.commit();
          } catch (java.sql.SQLException victim) {
            victims++;
          }
          crossing.join();
        }
      }
      var committed = producer.stop();
      scene.drain(Duration.ofSeconds(30));
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      return Finding.of(
          invariants.wrong(), invariants.figure() + ", writers that were victims " + victims);
    }
  }

  private static Finding gaps() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      for (int i = 0; i < 20; i++) {
        scene.documents(5);
        scene.number("select setval('changepost.change_id', nextval('changepost.change_id') + 33)");
      }
      scene.drain(Duration.ofSeconds(30));
      long got = scene.receiver().at("/a").stream().map(one -> one.id()).distinct().count();
      return Finding.of(
          got == 100, "100 changes with 20 gaps of 33, arrived " + got, "missed " + (100 - got));
    }
  }

  private static Finding bulk() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "100"));
      scene.hook("/a");
      long begin = System.nanoTime();
      scene.documents(100_000);
      double written = (System.nanoTime() - begin) / 1e9;
      scene.drain(Duration.ofSeconds(240));
      double seconds = (System.nanoTime() - begin) / 1e9;
      scene.database().execute("truncate changepost.document");
      Scene.pause(500);
      long got = scene.receiver().at("/a").size();
      return Finding.of(
          got == 100_000 && node.isAlive(),
          String.format(
              Locale.ROOT,
              "written in %.1f s, all sent after %.0f s, POSTs %d",
              written,
              seconds,
              got),
          "not each once");
    }
  }

  private static Finding senderOff() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "100"));
      scene.hook("/a");
      long begin = System.nanoTime();
      scene.documents(5_000);
      double on = (System.nanoTime() - begin) / 1e9;
      scene.drain(Duration.ofSeconds(60));
      node.stop();
      begin = System.nanoTime();
      for (int i = 0; i < OFF_STEPS; i++) {
        scene.documents(5_000);
      }
      double off = (System.nanoTime() - begin) / 1e9 / OFF_STEPS;
      node.start();
      double seconds = scene.drain(Duration.ofSeconds(300));
      long got = scene.receiver().at("/a").stream().map(one -> one.id()).distinct().count();
      return Finding.of(
          got == 5_000 * (OFF_STEPS + 1L) && off <= Math.max(2 * on, 1),
          String.format(
              Locale.ROOT,
              "5,000 rows in %.2f s with the sender on, %.2f s off; 150,000 sent in %.0f s (%.0f/s) after the start",
              on,
              off,
              seconds,
              5_000 * OFF_STEPS / seconds),
          "the writer is slowed, or not each arrived once");
    }
  }
}
