package io.changepost.acceptance.matrix;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node that all hostile endpoints are tried with at once, beside a healthy one. */
final class Hostile {

  /** What became of the first attempt; the error is empty where it was delivered. */
  record Seen(String error, long millis, int requests) {}

  private static final List<Case> CASES = new ArrayList<>();
  private static @Nullable Hostile only;

  private final Scene scene = new Scene(TestPostgres.freshDatabase());
  private final Map<Case, Long> hooks = new IdentityHashMap<>();
  private final Map<Case, Endpoint> endpoints = new IdentityHashMap<>();

  static void add(Case... cases) {
    CASES.addAll(List.of(cases));
  }

  static synchronized Hostile get() {
    Hostile there = only;
    if (there == null) {
      there = new Hostile();
      only = there;
      there.begin();
    }
    return there;
  }

  private void begin() {
    EndpointRows.node(scene);
    for (Case one : CASES) {
      hooks.put(one, hook(one.open(endpoint -> endpoints.put(one, endpoint))));
    }
    scene.hook("/healthy");
    scene.documents(1);
  }

  Scene scene() {
    return scene;
  }

  long hook(String url) {
    return scene.organization().webhook(url, Scene.DOCUMENTS).get("id").asLong();
  }

  String status(long webhook) {
    return scene.organization().get("/webhooks/" + webhook).get("status").asText();
  }

  /** The first attempt at that endpoint, waited for. */
  Seen seen(Case one) {
    long webhook = java.util.Objects.requireNonNull(hooks.get(one));
    Scene.awaitTrue("an attempt", 60, () -> first(webhook).isPresent());
    Seen seen = first(webhook).orElseThrow();
    Endpoint endpoint = endpoints.get(one);
    long changes =
        scene.number(
            "select count(distinct change_id) from changepost.every_attempt where webhook_id = "
                + webhook);
    int requests = endpoint == null ? 0 : endpoint.requests().size();
    return new Seen(seen.error(), seen.millis(), changes > 1 ? 1 : requests);
  }

  private Optional<Seen> first(long webhook) {
    try (Connection connection = scene.database().connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select coalesce(error, ''), duration_ms from changepost.every_attempt where webhook_id = "
                    + webhook
                    + " order by at limit 1")) {
      return rows.next()
          ? Optional.of(new Seen(rows.getString(1), rows.getLong(2), 0))
          : Optional.empty();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is wrong with the healthy one, if anything is. */
  Optional<String> healthyWas() {
    long failed =
        scene.number(
            "select count(*) from changepost.every_attempt where error is not null and webhook_id = "
                + scene.hooks().get("/healthy"));
    boolean got = !scene.receiver().at("/healthy").isEmpty();
    return failed == 0 && got
        ? Optional.empty()
        : Optional.of("the healthy endpoint lost an attempt");
  }

  static synchronized void end() {
    Hostile there = only;
    if (there != null) {
      there.scene.close();
      there.endpoints.values().forEach(Endpoint::close);
      only = null;
    }
  }
}
