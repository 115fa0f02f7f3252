package io.changepost.acceptance.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.acceptance.Organization;
import io.changepost.acceptance.Product;
import io.changepost.acceptance.Received;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/** D: load, and who is slowed by whom. */
final class LoadRows {

  private LoadRows() {}

  static List<Trial> trials() {
    return List.of(
        Trial.slow(
            "D1",
            "1,000 endpoints that accept and never answer, 2 changes/s to each, beside one healthy with 40/s",
            "the healthy one's p99 is at most twice what it is alone",
            LoadRows::deadBesideHealthy),
        Trial.slow(
            "D2",
            "one webhook with 1,000,000 waiting deliveries beside another, heap 512 MB",
            "the other is not slowed, claims stay short, memory stays flat",
            LoadRows::aMillionWait),
        Trial.slow(
            "D3",
            "one organization makes changes as fast as it can (20 s), another 20/s",
            "the other's p99 stays below 1 s",
            LoadRows::noisyNeighbour),
        Trial.slow(
            "D4",
            "20,000 resends due in the same second",
            "sent oldest first and all of them, none early",
            LoadRows::resendsAtOnce),
        Trial.slow(
            "D5",
            "an endpoint that was dead comes back with 5,000 waiting",
            "never more than 10 at once at it, all arrive",
            LoadRows::revives),
        Trial.slow(
            "D6",
            "one change that goes to 10,000 webhooks",
            "each gets it once; another change meanwhile is not held up for more than 5 s, nor for 1 s where the webhook has answered lately",
            LoadRows::oneChangeToMany),
        Trial.slow(
                "D7",
                "load on 2 nodes for "
                    + Soak.TIME.toMinutes()
                    + " min (-Dmatrix.soak=PT12H for more), one of them killed every 20 s",
                "nothing lost; heap, threads, descriptors and tables of the other stay flat",
                Soak::tried)
            .within(Soak.TIME.plusMinutes(4)));
  }

  private static Finding deadBesideHealthy() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase());
        DeadEndpoints dead = new DeadEndpoints(1_000)) {
      Product node =
          scene.node(
              Map.of(
                  "CHANGEPOST_DELIVERY_TIMEOUT",
                  "15s",
                  "CHANGEPOST_DELIVERY_CONNECT_TIMEOUT",
                  "5s",
                  "CHANGEPOST_DELIVERY_LEASE",
                  "45s",
                  "CHANGEPOST_REDELIVERY_DELAYS",
                  "5s,15s,60s",
                  "CHANGEPOST_JAVA_OPTS",
                  "-Xmx512m"));
      scene.hook("/healthy");
      latencies(scene, 40, 5);
      long[] alone = latencies(scene, 40, 20);
      Organization many = node.organization("Many");
      node.put(Product.OPERATOR_KEY, "/companies/2", "{\"name\":\"many\"}");
      many.star(2, "green");
      for (int i = 0; i < 1_000; i++) {
        many.webhook(dead.url(i), Scene.DOCUMENTS);
      }
      Producer forTheDead = new Producer(scene.database(), 2, 2);
      long[] beside = latencies(scene, 40, 40);
      // One that nobody has heard of yet does not wait for the dead either.
      scene.hook("/new");
      long[] fresh = latencies(scene, "/new", 5, 10);
      forTheDead.close();
      String figure =
          String.format(
              Locale.ROOT,
              "p50/p99/max alone %s ms, beside %s ms, one made meanwhile %s ms; %d dead connections",
              three(alone),
              three(beside),
              three(fresh),
              dead.connections());
      List<String> wrong = new ArrayList<>();
      if (quantile(beside, 99) > 2 * quantile(alone, 99)) {
        wrong.add("p99 is more than doubled");
      }
      if (fresh[0] > 1_000) {
        wrong.add("a webhook made meanwhile waits for the dead");
      }
      return Finding.of(wrong, figure);
    }
  }

  private static Finding aMillionWait() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx512m"));
      scene.hook("/healthy");
      long slow = scene.hook("/slow");
      scene.answerLate("/slow", 1_000);
      latencies(scene, 20, 5);
      long[] alone = latencies(scene, 20, 15);
      long heapBefore = heap(node);
      preload(scene, slow, 1_000_000);
      long[] beside = latencies(scene, 20, 25);
      long heapAfter = heap(node);
      String figure =
          String.format(
              Locale.ROOT,
              "p50/p99/max alone %s ms, beside %s ms; resident %d → %d MB; waiting %d",
              three(alone),
              three(beside),
              heapBefore,
              heapAfter,
              scene.number("select count(*) from changepost.delivery"));
      List<String> wrong = new ArrayList<>();
      if (quantile(beside, 99) > 2 * quantile(alone, 99) && quantile(beside, 99) > 100) {
        wrong.add("the other is slowed");
      }
      if (heapAfter > heapBefore + 200) {
        wrong.add("memory grew by " + (heapAfter - heapBefore) + " MB");
      }
      return Finding.of(wrong, figure);
    }
  }

  /** Deliveries of changes that were captured, fanned out and never sent. */
  private static void preload(Scene scene, long webhook, int count) throws Exception {
    try (Connection connection = scene.database().connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "with c as (insert into changepost.change (id, captured_at, occurred_at, object, action,"
              + " object_id, company_id, current, bytes, renamed, truncated)"
              + " select nextval('changepost.change_id'), t, t, 'Document',"
              + " 'create', '-' || n, 1, '{\"id\":1}', 8, true, false"
              + " from generate_series(1, "
              + count
              + ") n, lateral (select clock_timestamp() as t) x"
              + " returning id, captured_at, bytes)"
              + " insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, due_at)"
              + " select id, "
              + webhook
              + ", captured_at, 1, bytes, captured_at from c");
    }
  }

  private static long heap(Product node) throws Exception {
    return java.nio.file.Files.readAllLines(
            java.nio.file.Path.of("/proc/" + node.process().pid() + "/status"))
        .stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }

  private static Finding noisyNeighbour() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx512m"));
      scene.hook("/quiet");
      Organization loud = node.organization("Loud");
      node.put(Product.OPERATOR_KEY, "/companies/2", "{\"name\":\"loud\"}");
      loud.star(2, "green");
      loud.webhook(scene.receiver().url("/loud"), Scene.DOCUMENTS);
      latencies(scene, "/quiet", 20, 5);
      long[] alone = latencies(scene, "/quiet", 20, 10);
      AtomicInteger made = new AtomicInteger();
      Thread noise =
          new Thread(
              () -> {
                long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
                while (System.nanoTime() < end) {
                  scene
                      .database()
                      .execute(
                          "insert into changepost.document (company_id, name) select 2, 'n' from generate_series(1, 500)");
                  made.addAndGet(500);
                }
              });
      noise.start();
      long[] beside = latencies(scene, "/quiet", 20, 20);
      noise.join();
      String figure =
          String.format(
              Locale.ROOT,
              "p50/p99/max alone %s ms, beside %s ms; the other made %d/s",
              three(alone),
              three(beside),
              made.get() / 20);
      return Finding.of(quantile(beside, 99) <= 1_000, figure, "p99 over 1 s");
    }
  }

  private static Finding resendsAtOnce() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node(Map.of("CHANGEPOST_DELIVERY_IN_FLIGHT_PER_WEBHOOK", "100"));
      long hook = scene.hook("/due");
      preload(scene, hook, 20_000);
      long begin = System.nanoTime();
      scene.drain(Duration.ofSeconds(120));
      double seconds = (System.nanoTime() - begin) / 1e9;
      int posts = scene.receiver().at("/due").size();
      return Finding.of(
          posts == 20_000,
          String.format(
              Locale.ROOT, "%d POSTs in %.1f s (%.0f/s)", posts, seconds, posts / seconds),
          "not each once");
    }
  }

  private static Finding revives() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      scene.node(Map.of("CHANGEPOST_REDELIVERY_DELAYS", "5s,10s,20s"));
      AtomicInteger most = new AtomicInteger();
      long revivesAt = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      scene
          .receiver()
          .answer(
              "/back",
              any -> {
                most.accumulateAndGet(scene.receiver().inFlight(), Math::max);
                return System.nanoTime() < revivesAt ? 503 : 200;
              });
      scene.hook("/back");
      scene.documents(5_000);
      double seconds = scene.drain(Duration.ofSeconds(90));
      long delivered =
          scene.number("select count(*) from changepost.delivery_log where state = 'delivered'");
      return Finding.of(
          most.get() <= 10 && delivered == 5_000,
          String.format(
              Locale.ROOT,
              "%d delivered in %.0f s, at most %d at once",
              delivered,
              seconds,
              most.get()),
          "more at once than allowed, or some were given up");
    }
  }

  private static Finding oneChangeToMany() throws Exception {
    try (Scene scene = new Scene(TestPostgres.freshDatabase())) {
      Product node = scene.node(Map.of("CHANGEPOST_JAVA_OPTS", "-Xmx512m"));
      long model = scene.hook("/many");
      // 10,000 calls would only test the API; these are as the first one is.
      scene
          .database()
          .execute(
              "with o as (insert into changepost.organization (name) select 'o' || n from generate_series(1, 9999) n returning id),"
                  + " r as (insert into changepost.company_relation (organization_id, company_id, star) select id, 1, 'green' from o),"
                  + " w as (insert into changepost.webhook (organization_id, url) select o.id, m.url from o, changepost.webhook m where m.id = "
                  + model
                  + " returning id),"
                  + " s as (insert into changepost.subscription select w.id, 'Document', 'create' from w)"
                  + " insert into changepost.webhook_secret (webhook_id, kind, sealed)"
                  + " select w.id, 'hmac', m.sealed from w, changepost.webhook_secret m where m.webhook_id = "
                  + model);
      follower(node, scene, 4, "/known");
      document(scene, 4);
      Scene.awaitTrue("its first change", 60, () -> scene.receiver().at("/known").size() == 1);
      Scene.pause(1_500);
      scene.documents(1);
      follower(node, scene, 3, "/other");
      long begin = System.nanoTime();
      document(scene, 3);
      document(scene, 4);
      Scene.awaitTrue("the known one's", 60, () -> scene.receiver().at("/known").size() == 2);
      double known = (System.nanoTime() - begin) / 1e9;
      Scene.awaitTrue("the other change", 60, () -> !scene.receiver().at("/other").isEmpty());
      double other = (System.nanoTime() - begin) / 1e9;
      scene.drain(Duration.ofSeconds(120));
      List<Received> got = scene.receiver().at("/many");
      long ids = got.stream().map(Received::id).distinct().count();
      return Finding.of(
          got.size() == 10_000 && ids == 10_000 && known <= 1 && other <= 5,
          String.format(
              Locale.ROOT,
              "%d POSTs, %d messages, all after %.1f s; another change after %.1f s, at a webhook that had answered after %.1f s",
              got.size(),
              ids,
              (System.nanoTime() - begin) / 1e9,
              other,
              known),
          "not each once, or the other was held up");
    }
  }

  /** An organization that follows that company alone, with a webhook at that path. */
  private static void follower(Product node, Scene scene, long company, String path) {
    Organization one = node.organization("Follower of " + company);
    node.put(Product.OPERATOR_KEY, "/companies/" + company, "{\"name\":\"followed\"}");
    one.star(company, "green");
    one.webhook(scene.receiver().url(path), Scene.DOCUMENTS);
  }

  private static void document(Scene scene, long company) {
    scene
        .database()
        .execute(
            "insert into changepost.document (company_id, name) values (" + company + ", 'x')");
  }

  private static long[] latencies(Scene scene, int perSecond, int seconds) throws Exception {
    return latencies(scene, "/healthy", perSecond, seconds);
  }

  /** Commit → arrival in milliseconds, sorted; what did not arrive within 60 s counts as that. */
  static long[] latencies(Scene scene, String path, int perSecond, int seconds) throws Exception {
    Map<String, Long> committed;
    try (Producer producer = scene.producer(perSecond)) {
      Scene.pause(seconds * 1_000L);
      committed = producer.stop();
    }
    long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    Map<String, Long> arrived = Map.of();
    while (System.nanoTime() < giveUp) {
      arrived = arrivals(scene, path);
      if (arrived.keySet().containsAll(committed.keySet())) {
        break;
      }
      Scene.pause(100);
    }
    Map<String, Long> seen = arrived;
    return committed.entrySet().stream()
        .flatMapToLong(
            one ->
                LongStream.of(
                    (seen.getOrDefault(one.getKey(), one.getValue() + 60_000_000_000L)
                            - one.getValue())
                        / 1_000_000))
        .sorted()
        .toArray();
  }

  private static Map<String, Long> arrivals(Scene scene, String path) {
    Map<String, Long> first = new java.util.HashMap<>();
    for (Received one : scene.receiver().at(path)) {
      JsonNode body = one.json();
      first.putIfAbsent(body.get("objectId").asText(), one.atNanos());
    }
    return first;
  }

  static long quantile(long[] sorted, int percent) {
    return sorted.length == 0
        ? -1
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static String three(long[] sorted) {
    return quantile(sorted, 50)
        + "/"
        + quantile(sorted, 99)
        + "/"
        + (sorted.length == 0 ? -1 : Arrays.stream(sorted).max().orElse(-1));
  }
}
