package io.changepost.acceptance.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.acceptance.Organization;
import io.changepost.acceptance.Product;
import io.changepost.acceptance.Received;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * G, its part of settings that change in mid-flight, of odd endpoints and of starts that are cut
 * short.
 */
final class FurtherRows {

  private FurtherRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>(FurtherDatabaseRows.trials());
    trials.add(
        Trial.slow(
            "G11",
            "under load a webhook is deleted, another deactivated, a third paused and resumed",
            "nothing starts later than the answer; the paused one gets all",
            FurtherRows::switchedOff));
    trials.add(
        Trial.slow(
            "G12",
            "under load a webhook's address changes and its secret is rotated",
            "each message once, at the address of its attempt",
            FurtherRows::moved));
    trials.add(
        Trial.slow(
            "G13",
            "under load a star is taken away and given again, 10 times",
            "what was committed while it was there arrives, what was without does not",
            FurtherRows::stars));
    trials.add(
        Trial.slow(
            "G14",
            "an endpoint that takes every second request alone, and one that answers 503 for 4 s",
            "nothing lost; resends not early",
            FurtherRows::moody));
    trials.add(
        Trial.slow(
            "G15",
            "kill -9 in the very first start, at 6 moments; then started again",
            "it starts, and sends",
            FurtherRows::killedInFirstStart));
    trials.add(
        Trial.slow(
            "G16",
            "embedded PostgreSQL: kill -9 of the node under changes by the API, 4 times, the same folder",
            "what was answered 2xx arrives",
            FurtherRows::embedded));
    trials.add(
        Trial.slow(
            "G17",
            "a second start in the data folder of a running one with embedded PostgreSQL",
            "refused in one line; the first goes on",
            FurtherRows::twice));
    trials.add(
        Trial.slow(
            "G18",
            "no more than 220 open files are allowed, 40 webhooks whose endpoints are slow",
            "the node goes on; what cannot be opened is not charged to an endpoint; nothing lost",
            FurtherRows::fewFiles));
    return trials;
  }

  private static Finding switchedOff() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      long deleted = scene.hook("/deleted");
      long off = scene.hook("/off");
      long paused = scene.hook("/paused");
      Organization organization = scene.organization();
      Producer producer = scene.producer(100);
      Scene.pause(3_000);
      Map<String, Long> answered = new HashMap<>();
      organization.product().call("DELETE", organization.key(), "/webhooks/" + deleted, null);
      answered.put("/deleted", System.nanoTime());
      organization.post("/webhooks/" + off + "/deactivate", "{}");
      answered.put("/off", System.nanoTime());
      organization.post("/webhooks/" + paused + "/pause", "{}");
      answered.put("/paused", System.nanoTime());
      Scene.pause(3_000);
      List<String> wrong = new ArrayList<>();
      // An attempt that was claimed before the answer may start within the next moments.
      answered.forEach(
          (path, at) -> {
            long late =
                scene.receiver().at(path).stream()
                    .filter(one -> one.atNanos() > at + 500_000_000L)
                    .count();
            if (late > 0) {
              wrong.add("I8: " + late + " at " + path + " after it was switched off");
            }
          });
      organization.post("/webhooks/" + paused + "/resume", "{}");
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Set<String> got = objects(scene, "/paused");
      long lost = committed.keySet().stream().filter(one -> !got.contains(one)).count();
      if (lost > 0) {
        wrong.add("I1: " + lost + " lost at the paused one");
      }
      return Finding.of(
          wrong,
          committed.size()
              + " changes, the paused one got "
              + got.size()
              + ", the others "
              + scene.receiver().at("/deleted").size()
              + " and "
              + scene.receiver().at("/off").size());
    }
  }

  private static Set<String> objects(Scene scene, String path) {
    Set<String> objects = new HashSet<>();
    for (Received one : scene.receiver().at(path)) {
      objects.add(one.json().get("objectId").asText());
    }
    return objects;
  }

  private static Finding moved() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      long hook = scene.hook("/a");
      Organization organization = scene.organization();
      Producer producer = scene.producer(100);
      for (int i = 0; i < 10; i++) {
        Scene.pause(300);
        organization
            .product()
            .call(
                "PATCH",
                organization.key(),
                "/webhooks/" + hook,
                "{\"url\":\"" + scene.receiver().url("/" + i) + "\"}");
        organization.post("/webhooks/" + hook + "/secret/rotate", "{}");
      }
      Map<String, Long> committed = producer.stop();
      scene.drain(Duration.ofSeconds(40));
      Map<String, Integer> posts = new HashMap<>();
      List<String> paths = new ArrayList<>(List.of("/a"));
      for (int i = 0; i < 10; i++) {
        paths.add("/" + i);
      }
      for (String path : paths) {
        for (Received one : scene.receiver().at(path)) {
          posts.merge(one.json().get("objectId").asText(), 1, Integer::sum);
        }
      }
      long lost = committed.keySet().stream().filter(one -> !posts.containsKey(one)).count();
      long twice = posts.values().stream().filter(n -> n > 1).count();
      return Finding.of(
          lost == 0 && twice == 0,
          committed.size() + " changes, 10 moves, lost " + lost + ", twice " + twice,
          "lost or twice");
    }
  }

  private static Finding stars() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node();
      scene.hook("/a");
      int expected = 0;
      for (int i = 0; i < 10; i++) {
        scene.documents(20);
        expected += 20;
        scene.awaitFannedOut();
        scene.organization().star(1, "none");
        scene.documents(20);
        scene.awaitFannedOut();
        scene.organization().star(1, "gold");
      }
      scene.drain(Duration.ofSeconds(40));
      int got = objects(scene, "/a").size();
      int posts = scene.receiver().at("/a").size();
      return Finding.of(
          got == expected && posts == expected,
          "with a star " + expected + ", without as many; arrived " + got + ", POSTs " + posts,
          "not those with a star, once each");
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

  private static Finding killedInFirstStart() throws Exception {
    List<String> wrong = new ArrayList<>();
    int migrated = 0;
    for (int i = 0; i < 6; i++) {
      try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
        try (Product first = new Product(scene.database(), Scene.QUICK)) {
          Process process = first.launch("start");
          // Moments from the first statement on, some within a migration.
          int moment = i;
          Scene.awaitTrue(
              "its first table", 60, () -> tables(scene) > moment * 4 || !process.isAlive());
          process.destroyForcibly().waitFor();
        }
        migrated += tables(scene) > 25 ? 1 : 0;
        try {
          scene.node();
          scene.hook("/a");
          scene.documents(3);
          scene.drain(Duration.ofSeconds(20));
        } catch (AssertionError | RuntimeException failed) {
          wrong.add("moment " + i + ": " + failed.getMessage());
        }
      }
    }
    return Finding.of(wrong, "6 kills, " + migrated + " of them after the last migration");
  }

  private static long tables(Scene scene) {
    return scene.number(
        "select count(*) from information_schema.tables where table_schema = 'changepost'");
  }

  private static Finding embedded() throws Exception {
    Map<String, String> settings = new HashMap<>(Scene.QUICK);
    settings.put("CHANGEPOST_DATABASE_URL", "");
    settings.put("CHANGEPOST_DATABASE_USERNAME", "");
    settings.put("CHANGEPOST_DATABASE_PASSWORD", "");
    try (Scene scene = new Scene(TestPostgres.freshDatabase());
        Product node = new Product(scene.database(), settings)) {
      node.start();
      Organization organization = node.organization("Embedded");
      node.put(Product.OPERATOR_KEY, "/companies/1", "{\"name\":\"c\"}");
      organization.star(1, "green");
      organization.webhook(scene.receiver().url("/a"), Scene.DOCUMENTS);
      Set<String> answered = new HashSet<>();
      int number = 0;
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 40; i++) {
          String id = "p" + number++;
          JsonNode made =
              node.post(
                  Product.OPERATOR_KEY,
                  "/changes",
                  "{\"object\":\"Document\",\"action\":\"create\",\"objectId\":\""
                      + id
                      + "\",\"companyId\":1,\"current\":{\"id\":1}}");
          if (made != null) {
            answered.add(id);
          }
        }
        node.kill();
        node.start();
      }
      Scene.awaitTrue("all", 60, () -> objects(scene, "/a").containsAll(answered));
      int posts = scene.receiver().at("/a").size();
      return Finding.of(
          posts <= answered.size() + 4 * 10,
          answered.size() + " answered, lost 0, POSTs " + posts,
          "too many duplicates");
    }
  }

  private static Finding twice() throws Exception {
    Map<String, String> settings = new HashMap<>(Scene.QUICK);
    settings.put("CHANGEPOST_DATABASE_URL", "");
    settings.put("CHANGEPOST_DATABASE_USERNAME", "");
    settings.put("CHANGEPOST_DATABASE_PASSWORD", "");
    settings.put(
        "CHANGEPOST_DATA_DIR",
        java.nio.file.Files.createTempDirectory("changepost-twice").toString());
    // The two have ports of their own, so that the folder alone is in the way.
    try (Product node = new Product(TestPostgres.freshDatabase(), settings);
        Product other = new Product(TestPostgres.freshDatabase(), settings)) {
      node.start();
      Process second = other.launch("start");
      String said =
          new String(
              second.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      int status = second.waitFor();
      node.organization("Still there");
      long lines = said.strip().lines().count();
      return Finding.of(
          status != 0 && lines == 1 && node.isAlive(),
          "status " + status + ": " + said.strip(),
          "not refused in one line");
    }
  }

  private static Finding fewFiles() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node =
          scene.nodeUnder(
              Map.of("CHANGEPOST_REDELIVERY_DELAYS", "3s,6s,12s"), "prlimit", "--nofile=220:220");
      scene
          .receiver()
          .answer(
              "/slow",
              any -> {
                try {
                  Thread.sleep(1_000);
                } catch (InterruptedException closed) {
                  Thread.currentThread().interrupt();
                }
                return 200;
              });
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
      List<String> wrong = new ArrayList<>();
      if (failed > 0) {
        wrong.add(failed + " failed for good");
      }
      if (charged > 0) {
        wrong.add(charged + " attempts charged to endpoints");
      }
      if (!node.isAlive()) {
        wrong.add("the node ended");
      }
      return Finding.of(
          wrong, "400 messages, failed attempts " + attempts + ", failed for good " + failed);
    }
  }
}
