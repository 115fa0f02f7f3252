package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** G, and of it G9, G14 and G18: nodes that differ, and endpoints that are moody or slow. */
final class FurtherRows {

  private static final List<String> NEED_PROGRAMS =
      List.of("G1", "G2", "G3", "G4", "G6", "G7", "G8");

  private FurtherRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.addAll(AdministratorRows.trials());
    trials.addAll(HostRows.trials());
    trials.addAll(WebhookRows.trials());
    trials.addAll(StartRows.trials());
    trials.add(
        Trial.slow(
            "G9",
            "another node with other settings (timeout, lease, delays) on the same database, and the first is killed",
            "nothing lost, no lease cut short",
            FurtherRows::otherSettings));
    trials.add(
        Trial.slow(
            "G14",
            "an endpoint that takes every second request alone, and one that answers 503 for 4 s",
            "nothing lost; resends not early",
            FurtherRows::moody));
    trials.add(
        Trial.slow(
            "G18",
            "no more than 220 open files are allowed, 40 webhooks whose endpoints are slow",
            "the node goes on; what cannot be opened uses up no attempt and is charged to no endpoint; nothing lost",
            FurtherRows::fewFiles));
    boolean programs = PostgresServer.programs().isPresent();
    return trials.stream()
        .map(
            trial ->
                programs || !NEED_PROGRAMS.contains(trial.id())
                    ? trial
                    : trial.lacks("no PostgreSQL programs in /usr/lib/postgresql"))
        .sorted(Comparator.comparingInt(trial -> Integer.parseInt(trial.id().substring(1))))
        .toList();
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
      scene.answerLate("/slow", 1_500);
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

  private static Finding moody() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      AtomicInteger number = new AtomicInteger();
      scene.receiver().answer("/second", any -> number.incrementAndGet() % 2 == 0 ? 200 : 503);
      long well = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      long ill = well - Duration.ofSeconds(4).toNanos();
      scene
          .receiver()
          .answer("/ill", got -> got.atNanos() > ill && got.atNanos() < well ? 503 : 200);
      scene.hook("/second");
      scene.hook("/ill");
      Producer producer = scene.producer(30);
      Scene.pause(24_000);
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(60));
      Invariants invariants = Invariants.check(scene, committed, 0, 0);
      return Finding.of(invariants.wrong(), invariants.figure());
    }
  }

  private static Finding fewFiles() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node =
          scene.nodeUnder(
              Map.of("CHANGEPOST_REDELIVERY_DELAYS", "3s,6s,12s"), "prlimit", "--nofile=220:220");
      scene.answerLate("/slow", 1_000);
      for (int i = 0; i < 40; i++) {
        scene.hook("/slow" + i, scene.receiver().url("/slow"));
      }
      scene.documents(10);
      scene.drain(Duration.ofSeconds(90));
      long failed =
          scene.number("select count(*) from changepost.delivery_log where state = 'failed'");
      long attempts =
          scene.number("select count(*) from changepost.attempt where error is not null");
      long charged =
          scene.number(
              "select count(*) from changepost.attempt where error is not null and error <> 'internal'");
      long notBegun = (long) Scene.metric(node, "changepost_attempts_total{outcome=\"not_begun\"}");
      List<String> wrong = new ArrayList<>();
      if (failed > 0) {
        wrong.add(failed + " failed for good");
      }
      if (attempts > charged) {
        wrong.add(attempts - charged + " attempts used up that were not begun");
      }
      if (charged > 0) {
        wrong.add(charged + " attempts charged to endpoints");
      }
      if (!node.isAlive()) {
        wrong.add("the node ended");
      }
      return Finding.of(
          wrong,
          "400 messages, attempts not begun "
              + notBegun
              + ", failed attempts "
              + attempts
              + ", failed for good "
              + failed);
    }
  }
}
