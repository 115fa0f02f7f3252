package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Organization;
import io.changepost.acceptance.Product;
import io.changepost.acceptance.Received;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** G10 to G13: webhooks and stars that change in mid-flight. */
final class WebhookRows {

  private WebhookRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "G10",
            "2,000 webhooks are made by 8 callers while changes are sent",
            "all are made, the API answers within 3 s, nothing is lost",
            WebhookRows::manyWebhooks));
    trials.add(
        Trial.slow(
            "G11",
            "under load a webhook is deleted, another deactivated, a third paused and resumed",
            "nothing starts later than the answer; the paused one gets all",
            WebhookRows::switchedOff));
    trials.add(
        Trial.slow(
            "G12",
            "under load a webhook's address changes and its secret is rotated",
            "each message once, at the address of its attempt",
            WebhookRows::moved));
    trials.add(
        Trial.slow(
            "G13",
            "under load a star is taken away and given again, 10 times",
            "what was committed while it was there arrives, what was without does not",
            WebhookRows::stars));
    return trials;
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
      Set<String> got = Arrivals.objects(scene, "/paused");
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
      int got = Arrivals.objects(scene, "/a").size();
      int posts = scene.receiver().at("/a").size();
      return Finding.of(
          got == expected && posts == expected,
          "with a star " + expected + ", without as many; arrived " + got + ", POSTs " + posts,
          "not those with a star, once each");
    }
  }
}
