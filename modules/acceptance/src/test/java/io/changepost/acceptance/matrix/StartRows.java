package io.changepost.acceptance.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.acceptance.Organization;
import io.changepost.acceptance.Product;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** G15 to G17: starts that are cut short, or one too many. */
final class StartRows {

  private StartRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    trials.add(
        Trial.slow(
            "G15",
            "kill -9 in the very first start, at 6 moments; then started again",
            "it starts, and sends",
            StartRows::killedInFirstStart));
    trials.add(
        Trial.slow(
            "G16",
            "embedded PostgreSQL: kill -9 of the node under changes by the API, 4 times, the same folder",
            "what was answered 2xx arrives",
            StartRows::embedded));
    trials.add(
        Trial.slow(
            "G17",
            "a second start in the data folder of a running one with embedded PostgreSQL",
            "refused in one line; the first goes on",
            StartRows::twice));
    return trials;
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
      Scene.awaitTrue("all", 60, () -> Arrivals.objects(scene, "/a").containsAll(answered));
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
}
