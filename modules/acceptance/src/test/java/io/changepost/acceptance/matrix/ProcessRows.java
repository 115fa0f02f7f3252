package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.acceptance.Received;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** A: the sender process is killed, frozen, told to end, or one of several. */
final class ProcessRows {

  private static final int SLOTS = 512;

  private ProcessRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "A1",
            "the process ends before a claim is sent to the database (10th claim)",
            "what was due stays due and is taken after the next start",
            () -> killedAt("claim.before-commit:10")));
    trials.add(
        Trial.slow(
            "A2",
            "the process ends right after a claim is committed",
            "taken over when the lease ends; no attempt used up, none twice",
            () -> killedAt("claim.after-commit:2")));
    trials.add(
        Trial.slow(
            "A3",
            "the process ends before it connects, with others under way",
            "taken over when the lease ends",
            () -> killedAt("attempt.before-connect:40")));
    trials.add(
        Trial.slow(
            "A4",
            "kill -9 after messages arrived, before they are answered",
            "one duplicate at most of each, same id and body",
            ProcessRows::killedWhileAnswering));
    trials.add(
        Trial.fast(
            "A5",
            "the process ends after 2xx, before the outcome is sent to the database",
            "one duplicate at most of each; all end delivered",
            () -> killedAt("complete.before-commit:3")));
    trials.add(
        Trial.slow(
            "A6",
            "the process ends right after an outcome is committed",
            "no duplicate of what was recorded; the rest as A5",
            () -> killedAt("complete.after-commit:3")));
    trials.add(
        Trial.slow(
            "A7",
            "kill -9 while changes are fanned out to 200 webhooks each, 5 times",
            "all or nothing: 200 messages of each of 25 changes",
            ProcessRows::killedInFanOut));
    trials.add(
        Trial.slow(
                "A8",
                "25 random kill -9 over 3 nodes under 100 changes/s",
                "I1 to I10",
                ProcessRows::randomKills)
            .within(Duration.ofMinutes(10)));
    trials.add(
        Trial.fast(
            "A9",
            "SIGSTOP of a node beyond its lease with attempts under way, then SIGCONT; another node works",
            "the late outcomes are dropped and counted; the new owner's stand",
            ProcessRows::frozen));
    trials.add(
        Trial.fast(
            "A10",
            "SIGTERM with 50 slow attempts under way",
            "they finish, the rest is handed back, exit 0, no duplicate, no attempt lost",
            () -> terminated(0)));
    trials.add(
        Trial.slow("A11", "SIGTERM, then kill -9 after 500 ms", "as A4", () -> terminated(500)));
    trials.add(
        Trial.slow(
            "A12",
            "heap of 40 MB and large messages: OutOfMemoryError",
            "the process ends, or it goes on sending; never alive and dead",
            ProcessRows::outOfMemory));
    trials.add(
        Trial.slow(
            "A13",
            "3 nodes, 15,000 deliveries",
            "each is posted once; the work is shared",
            ProcessRows::threeNodes));
    trials.add(
        Trial.slow(
            "A14",
            "nodes are replaced one after the other under load (same version)",
            "nothing lost, nothing twice",
            ProcessRows::rolling));
    trials.add(
        Trial.slow(
            "A15",
            "a node frozen for most of its lease between claim and start",
            "claims with too little lease left are not sent by it",
            ProcessRows::tooLate));
    trials.add(
        Trial.slow(
            "A16",
            "the process ends in the inactivity rule",
            "the next run comes to the same end",
            ProcessRows::killedInRule));
    return trials;
  }

  /** Ends the first node at that stage under load, starts another, and looks at the ledgers. */
  private static Finding killedAt(String stage) throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      scene.hook("/a");
      scene.hook("/b");
      node.stop();
      scene.documents(150);
      Map<String, Long> committed = new HashMap<>();
      node.with(Scene.failAt(stage));
      try {
        node.start();
      } catch (AssertionError | RuntimeException endedBeforeItWasReady) {
        // Which is as good a moment as any.
      }
      Producer producer = scene.producer(50);
      int status = node.awaitEnd();
      long endedAt = System.nanoTime();
      node.with(Scene.QUICK).start();
      Scene.pause(1_000);
      committed.putAll(producer.stop());
      scene.drain(Duration.ofSeconds(40));
      double until = (System.nanoTime() - endedAt) / 1e9;
      Invariants invariants = Invariants.check(scene, all(scene), SLOTS, 1);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (status != FailAt.STATUS) {
        wrong.add("the stage was not passed, it ended with " + status);
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + String.format(Locale.ROOT, "; all sent %.1f s after the kill", until));
    }
  }

  /** Where nothing was rolled back by the trial, the table itself is the ledger. */
  private static Map<String, Long> all(Scene scene) throws Exception {
    Map<String, Long> all = new HashMap<>();
    try (var connection = scene.database().connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select id from changepost.document")) {
      while (rows.next()) {
        all.put(rows.getString(1), 0L);
      }
    }
    return all;
  }

  private static Finding killedWhileAnswering() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      AtomicBoolean holding = new AtomicBoolean(true);
      CountDownLatch killed = new CountDownLatch(1);
      scene
          .receiver()
          .answer(
              "/a",
              any -> {
                if (holding.get()) {
                  await(killed);
                }
                return 200;
              });
      scene.hook("/a");
      scene.documents(40);
      Scene.awaitTrue("attempts under way", 20, () -> scene.receiver().inFlight() >= 10);
      int atKill = scene.receiver().inFlight();
      node.kill();
      holding.set(false);
      killed.countDown();
      node.start();
      scene.drain(Duration.ofSeconds(30));
      Invariants invariants = Invariants.check(scene, all(scene), atKill, 1);
      return Finding.of(
          invariants.wrong(), invariants.figure() + ", in flight at the kill " + atKill);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static Finding killedInFanOut() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      for (int i = 0; i < 200; i++) {
        scene.organization().webhook(scene.receiver().url("/many"), Scene.DOCUMENTS);
      }
      int kills = 0;
      for (int round = 1; round <= 5; round++) {
        scene.documents(5);
        Scene.pause(new Random(round).nextInt(40));
        node.kill();
        kills++;
        node.start();
      }
      scene.drain(Duration.ofSeconds(60));
      Map<String, Long> messages =
          scene.receiver().at("/many").stream()
              .collect(Collectors.groupingBy(Received::id, Collectors.counting()));
      long ends = scene.number("select count(*) from changepost.delivery_log");
      long duplicates = messages.values().stream().mapToLong(n -> n - 1).sum();
      return Finding.of(
          messages.size() == 5_000 && ends == 5_000 && duplicates <= (long) kills * SLOTS,
          "25 changes × 200 webhooks, "
              + kills
              + " kills: "
              + messages.size()
              + " messages, "
              + ends
              + " ends, duplicates "
              + duplicates,
          "not all or nothing");
    }
  }

  private static Finding randomKills() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      List<Product> nodes = List.of(scene.node(), scene.node(), scene.node());
      scene.hook("/a");
      scene.hook("/b");
      Random random = new Random(8);
      Producer producer = scene.producer(100);
      int atKills = 0;
      for (int kill = 0; kill < 25; kill++) {
        Scene.pause(200 + random.nextInt(800));
        Product victim = nodes.get(random.nextInt(nodes.size()));
        atKills += 20;
        victim.kill();
        victim.start();
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, atKills, 25);
      return Finding.of(
          invariants.wrong(), invariants.figure() + " (20 in flight at a kill at most)");
    }
  }

  private static Finding frozen() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product first = scene.node();
      scene
          .receiver()
          .answer(
              "/a",
              any -> {
                await(new CountDownLatch(1), 300);
                return 200;
              });
      scene.hook("/a");
      scene.documents(60);
      Scene.awaitTrue("attempts under way", 20, () -> scene.receiver().inFlight() >= 8);
      Scene.signal(first.process(), "STOP");
      Product second = scene.node();
      scene.drain(Duration.ofSeconds(30));
      Scene.signal(first.process(), "CONT");
      Scene.awaitTrue(
          "its late outcomes",
          15,
          () -> stale(first) >= 1 || Scene.metric(first, "changepost_attempts_in_flight") == 0);
      Scene.pause(500);
      double stale = stale(first);
      Invariants invariants = Invariants.check(scene, all(scene), 20, 1);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (stale < 1) {
        wrong.add("no late outcome was counted");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + ", late outcomes dropped "
              + (int) stale
              + ", lost leases "
              + (int) Scene.metric(second, "changepost_leases_lost_total"));
    }
  }

  private static void await(CountDownLatch latch, long millis) {
    try {
      latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private static double stale(Product node) {
    return node.observe("metrics")
        .lines()
        .filter(line -> line.startsWith("changepost_attempts_total") && line.contains("\"stale\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Finding terminated(long killAfterMillis) throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "50"));
      scene
          .receiver()
          .answer(
              "/a",
              any -> {
                await(new CountDownLatch(1), 1_000);
                return 200;
              });
      scene.hook("/a");
      scene.documents(120);
      Scene.awaitTrue("attempts under way", 20, () -> scene.receiver().inFlight() >= 50);
      long begin = System.nanoTime();
      node.process().destroy();
      if (killAfterMillis > 0) {
        Scene.pause(killAfterMillis);
        node.kill();
      }
      int status = node.awaitEnd();
      double seconds = (System.nanoTime() - begin) / 1e9;
      long leased =
          scene.number(
              "select (select count(*) from changepost.leased)"
                  + " + (select count(*) from changepost.delivery where token is not null)");
      node.start();
      scene.drain(Duration.ofSeconds(30));
      Invariants invariants =
          Invariants.check(
              scene, all(scene), killAfterMillis > 0 ? 50 : 0, killAfterMillis > 0 ? 1 : 0);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (killAfterMillis == 0 && (status != 0 || seconds > 7 || leased > 0)) {
        wrong.add("status " + status + ", " + leased + " claims not handed back");
      }
      return Finding.of(
          wrong,
          String.format(
              Locale.ROOT,
              "%s; ended after %.1f s with status %d, %d still leased",
              invariants.figure(),
              seconds,
              status,
              leased));
    }
  }

  private static Finding outOfMemory() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      scene.hook("/a");
      node.stop();
      scene
          .database()
          .execute(
              "insert into changepost.document (company_id, name) select 1, repeat('x', 200000) from generate_series(1, 300)");
      node.with(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx40m"));
      boolean ended = false;
      try {
        node.start();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (node.isAlive()
            && scene.receiver().at("/a").size() < 300
            && System.nanoTime() < end) {
          Scene.pause(200);
        }
        ended = !node.isAlive();
      } catch (AssertionError diedAtStart) {
        ended = true;
      }
      int got = scene.receiver().at("/a").size();
      if (!ended) {
        node.kill();
      }
      node.with(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx256m")).start();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, all(scene), SLOTS, 3);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (!ended && got < 300) {
        wrong.add("alive, and sent only " + got + " of 300");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + (ended ? "; the process ended after " : "; it went on and sent ")
              + got
              + " POSTs");
    }
  }

  private static Finding threeNodes() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      List<Product> nodes = List.of(scene.node(), scene.node(), scene.node());
      scene.hook("/a");
      scene.hook("/b");
      scene.hook("/c");
      for (int i = 0; i < 50; i++) {
        scene.documents(100);
        Scene.pause(50);
      }
      double seconds = scene.drain(Duration.ofSeconds(90));
      Invariants invariants = Invariants.check(scene, all(scene), 0, 0);
      String shares =
          nodes.stream()
              .map(node -> Integer.toString((int) delivered(node)))
              .collect(Collectors.joining("/"));
      boolean shared = nodes.stream().allMatch(node -> delivered(node) > 0);
      List<String> wrong = new ArrayList<>(invariants.wrong());
      if (!shared) {
        wrong.add("one node did nothing");
      }
      return Finding.of(
          wrong,
          invariants.figure()
              + ", by node "
              + shares
              + String.format(Locale.ROOT, ", drained in %.1f s", seconds));
    }
  }

  private static double delivered(Product node) {
    return node.observe("metrics")
        .lines()
        .filter(
            line -> line.startsWith("changepost_attempts_total") && line.contains("\"delivered\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Finding rolling() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      List<Product> nodes = List.of(scene.node(), scene.node());
      scene.hook("/a");
      Producer producer = scene.producer(100);
      for (Product node : nodes) {
        Scene.pause(500);
        int status = node.stop();
        if (status != 0) {
          return Finding.fallsShort("", "a node ended with " + status);
        }
        node.start();
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(30));
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      return Finding.of(invariants.wrong(), invariants.figure());
    }
  }

  private static Finding tooLate() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node();
      scene.hook("/a");
      Producer producer = scene.producer(200);
      Scene.awaitTrue("work", 20, () -> scene.receiver().at("/a").size() > 50);
      for (int i = 0; i < 4; i++) {
        Scene.signal(node.process(), "STOP");
        Scene.pause(2_500);
        Scene.signal(node.process(), "CONT");
        Scene.pause(500);
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Invariants invariants = Invariants.check(scene, committed, 40, 4);
      return Finding.of(
          invariants.wrong(),
          invariants.figure()
              + ", handed back "
              + (int) Scene.metric(node, "changepost_claims_handed_back_total"));
    }
  }

  private static Finding killedInRule() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node =
          scene.node(
              Map.of(
                  "CHANGEPOST_INACTIVITY_AFTER",
                  "3s",
                  "CHANGEPOST_INACTIVITY_CRON",
                  "*/1 * * * * ?"));
      scene.receiver().answer("/bad", any -> 500);
      long bad = scene.hook("/bad");
      node.stop();
      node.with(Scene.failAt("inactivity.before-commit:3"));
      node.start();
      scene.documents(3);
      int status = node.awaitEnd();
      node.with(Scene.QUICK).start();
      scene.documents(1);
      Scene.awaitTrue(
          "inactive",
          30,
          () ->
              scene.number(
                      "select count(*) from changepost.webhook where status = 'inactive' and id = "
                          + bad)
                  == 1);
      long told =
          scene.number(
              "select count(*) from changepost.audit where action = 'webhook.inactive' and subject = 'webhook "
                  + bad
                  + "'");
      return Finding.of(
          told == 1 && status == FailAt.STATUS,
          "inactive once, audit entries " + told,
          "told " + told + " times, ended with " + status);
    }
  }
}
