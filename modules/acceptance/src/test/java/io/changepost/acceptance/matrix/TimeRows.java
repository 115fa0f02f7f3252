package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** F: clocks that are wrong, zones, and what fires at the same time everywhere. */
final class TimeRows {

  private static final Path LIBRARY =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

  private TimeRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "F1",
            "a node's clock is 1 h ahead, another's 1 h behind",
            "no resend early, no lease expired, true timestamps",
            () -> clocks("+3600s", "-3600s", "UTC")));
    trials.add(
        Trial.slow(
            "F2",
            "the clock of the database steps 1 h back, then 1 h ahead (restart each time)",
            "resends late or early by the step; nothing lost or twice",
            () -> databaseClock(List.of("-3600s", "+3600s", "+3600s"))));
    trials.add(
        Trial.slow(
            "F3",
            "nodes in America/New_York, their clock at the end of summer time",
            "nothing moves",
            () -> clocks("@2026-11-01 01:59:50", "+0s", "America/New_York")));
    trials.add(
        Trial.slow(
            "F4",
            "3 nodes fire the inactivity rule at the same second",
            "each webhook is told of once",
            TimeRows::sameTrigger));
    trials.add(
        Trial.slow(
            "F5",
            "we were down for 4 days, all failures are older",
            "no webhook becomes inactive",
            TimeRows::wereDown));
    trials.add(
        Trial.not(
            "F6",
            "Quartz on JDBC with clocks apart",
            "avoided",
            "there is none, by design: each node has its own trigger and the statement is repeatable (F4)"));
    trials.add(
        Trial.slow(
            "F7",
            "the clock of the database steps 40 days back, to now, and 2 years ahead (restart each time): days without partitions",
            "nothing lost",
            () -> databaseClock(List.of("-40d", "+0s", "+730d"))));
    if (!Files.exists(LIBRARY)) {
      return trials.stream()
          .map(
              trial ->
                  List.of("F1", "F2", "F3", "F7").contains(trial.id())
                      ? trial.lacks("libfaketime is not installed")
                      : trial)
          .toList();
    }
    return trials;
  }

  private static Map<String, String> fake(String time, String zone) {
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_PRELOAD", LIBRARY.toString());
    environment.put("FAKETIME", time);
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    environment.put("DONT_FAKE_MONOTONIC", "1");
    // Else the timed waits of a JVM return at once, and it spins.
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    environment.put("NO_FAKE_STAT", "1");
    environment.put("TZ", zone);
    return environment;
  }

  private static Finding clocks(String first, String second, String zone) throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      List<Product> nodes = List.of(scene.node(fake(first, zone)), scene.node(fake(second, zone)));
      scene.receiver().answer("/twice", got -> got.attempt() < 3 ? 500 : 200);
      scene.hook("/twice");
      scene.hook("/a");
      Producer producer = scene.producer(20);
      Scene.pause(6_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      long now = System.currentTimeMillis() / 1_000;
      long off =
          scene.receiver().at("/a").stream()
              .mapToLong(
                  one ->
                      Math.abs(
                          Long.parseLong(one.headers().getOrDefault("webhook-timestamp", "0"))
                              - now))
              .max()
              .orElse(-1);
      if (off < 0 || off > 60) {
        wrong.add("webhook-timestamp is off by " + off + " s");
      }
      double lost =
          nodes.stream()
              .mapToDouble(node -> Scene.metric(node, "changepost_leases_lost_total"))
              .sum();
      if (lost > 0) {
        wrong.add((int) lost + " leases expired");
      }
      return Finding.of(wrong, invariants.figure() + ", leases expired " + (int) lost);
    }
  }

  private static Finding databaseClock(List<String> steps) throws Exception {
    if (PostgresServer.programs().isEmpty()) {
      return Finding.notTried("no PostgreSQL programs in /usr/lib/postgresql");
    }
    try (PostgresServer server = PostgresServer.create();
        Scene scene = new Scene(server.database())) {
      // History that a step makes old is what the ledgers are read from.
      scene.node(Map.of("CHANGEPOST_RETENTION", "1500d"));
      scene.receiver().answer("/b", got -> got.attempt() < 2 ? 500 : 200);
      scene.hook("/a");
      scene.hook("/b");
      Producer producer = scene.producer(20);
      for (String step : steps) {
        Scene.pause(2_000);
        server.stop("fast");
        server.environment(fake(step, "UTC"));
        server.start();
      }
      Scene.pause(2_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 60, 2);
      // A clock that goes ahead makes what waits due; that is what the row expects.
      List<String> wrong =
          invariants.wrong().stream().filter(line -> !line.startsWith("I6")).toList();
      return Finding.of(
          wrong,
          invariants.figure()
              + ", resends early by the step "
              + (invariants.wrong().size() - wrong.size()));
    }
  }

  private static Finding sameTrigger() throws Exception {
    Map<String, String> often =
        Map.of("CHANGEPOST_INACTIVITY_AFTER", "4s", "CHANGEPOST_INACTIVITY_CRON", "*/1 * * * * ?");
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node(often);
      scene.node(often);
      scene.node(often);
      scene.receiver().answer("/bad", got -> 500);
      for (int i = 0; i < 10; i++) {
        scene.hook("/bad" + i, scene.receiver().url("/bad"));
      }
      Producer producer = scene.producer(3);
      Scene.awaitTrue(
          "inactive",
          40,
          () ->
              scene.number("select count(*) from changepost.webhook where status = 'inactive'")
                  == 10);
      producer.stop();
      Scene.pause(2_000);
      long told =
          scene.number("select count(*) from changepost.audit where action = 'webhook.inactive'");
      long warned =
          scene.number("select count(*) from changepost.audit where action = 'webhook.warning'");
      return Finding.of(
          told == 10 && warned <= 20,
          "10 webhooks, 3 nodes: told " + told + " times, warned " + warned + " times",
          "told " + told + " times, warned " + warned);
    }
  }

  private static Finding wereDown() throws Exception {
    Map<String, String> often = Map.of("CHANGEPOST_INACTIVITY_CRON", "*/1 * * * * ?");
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(often);
      scene.receiver().answer("/bad", got -> 500);
      scene.hook("/bad");
      scene.hook("/good");
      scene.documents(2);
      Scene.awaitTrue(
          "a failure",
          20,
          () ->
              scene.number(
                      "select count(*) from changepost.webhook_health where failing_since is not null")
                  == 1);
      node.stop();
      scene
          .database()
          .execute(
              "update changepost.webhook_health set failing_since = failing_since - interval '96 hours',"
                  + " last_failure_at = last_failure_at - interval '96 hours', last_success_at = last_success_at - interval '96 hours'");
      scene.database().execute("delete from changepost.delivery; delete from changepost.lease");
      node.start();
      Scene.pause(4_000);
      long inactive =
          scene.number("select count(*) from changepost.webhook where status = 'inactive'");
      return Finding.of(
          inactive == 0, "wrongly inactive " + inactive, inactive + " became inactive");
    }
  }
}
