package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Received;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * I1 to I10 of the matrix, judged by three ledgers: what the producer committed, what the receiver
 * saw, and what the tables say. Empty when all hold.
 */
final class Invariants {

  private static final double SHORTEST_WAIT_SECONDS = 0.79;

  private final Scene scene;
  private final Set<String> committed;
  private final List<String> wrong = new ArrayList<>();
  private int duplicates;

  private Invariants(Scene scene, Set<String> committed) {
    this.scene = scene;
    this.committed = committed;
  }

  /**
   * Call when nothing waits any more.
   *
   * @param inFlightAtKills the most duplicates that the fault explains
   * @param recoveries the most crash recoveries of one delivery
   */
  static Invariants check(
      Scene scene, Map<String, Long> committed, int inFlightAtKills, int recoveries) {
    Invariants invariants = new Invariants(scene, committed.keySet());
    try (Connection connection = scene.database().connect()) {
      for (Map.Entry<String, Long> hook : scene.hooks().entrySet()) {
        invariants.webhook(connection, hook.getKey(), hook.getValue(), recoveries);
      }
      invariants.tables(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    if (invariants.duplicates > inFlightAtKills) {
      invariants.wrong.add(
          "I3: " + invariants.duplicates + " duplicates, " + inFlightAtKills + " explained");
    }
    return invariants;
  }

  List<String> wrong() {
    return wrong;
  }

  int duplicates() {
    return duplicates;
  }

  /** One line for the table. */
  String figure() {
    return committed.size() + " changes, lost " + lost() + ", duplicates " + duplicates;
  }

  private long lost() {
    return wrong.stream().filter(line -> line.startsWith("I1")).count();
  }

  private void webhook(Connection connection, String path, long id, int recoveries)
      throws SQLException {
    Map<String, List<Received>> byMessage = new TreeMap<>();
    Set<String> seen = new HashSet<>();
    Map<String, String> objects = new HashMap<>();
    Set<String> answered2xx = new HashSet<>();
    for (Received one : scene.receiver().at(path)) {
      byMessage.computeIfAbsent(one.id(), any -> new ArrayList<>()).add(one);
      String object = objects.computeIfAbsent(one.id(), any -> one.json().get("objectId").asText());
      seen.add(object);
      if (one.answered() / 100 == 2) {
        answered2xx.add(object);
      }
    }
    Map<String, String> states = states(connection, id);
    for (String object : committed) {
      String state = states.get(object);
      if (state == null) {
        wrong.add("I1: document " + object + " has no end at " + path);
      } else if (state.equals("delivered") && !answered2xx.contains(object)) {
        wrong.add("I7: document " + object + " is called delivered and was not answered 2xx");
      }
    }
    for (String object : seen) {
      if (!committed.contains(object)) {
        wrong.add("I2: document " + object + " was never committed");
      }
    }
    byMessage.forEach((message, tries) -> tries(message, tries, recoveries));
  }

  private void tries(String message, List<Received> tries, int recoveries) {
    if (tries.size() > 4 + recoveries) {
      wrong.add("I5: message " + message + " was posted " + tries.size() + " times");
    }
    duplicates +=
        Math.max(0, (int) tries.stream().filter(t -> t.answered() / 100 == 2).count() - 1);
    String body = tries.get(0).text();
    for (int i = 1; i < tries.size(); i++) {
      if (!tries.get(i).text().equals(body)) {
        wrong.add("I4: message " + message + " changed its body");
      }
      boolean retry = tries.get(i).attempt() > tries.get(i - 1).attempt();
      double waited = (tries.get(i).atNanos() - tries.get(i - 1).atNanos()) / 1e9;
      if (retry && waited < SHORTEST_WAIT_SECONDS) {
        wrong.add("I6: message " + message + " was tried again after " + waited + " s");
      }
    }
  }

  private static Map<String, String> states(Connection connection, long webhook)
      throws SQLException {
    Map<String, String> states = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select c.object_id, l.state, l.attempt_count,"
                    + " (select count(*) from changepost.every_attempt a where a.webhook_id = l.webhook_id"
                    + " and a.change_id = l.change_id and a.round = l.round)"
                    + " from changepost.delivery_log l join changepost.change c"
                    + " on c.id = l.change_id and c.captured_at = l.change_at"
                    + " where l.webhook_id = "
                    + webhook)) {
      while (rows.next()) {
        boolean complete = rows.getInt(3) == rows.getInt(4);
        states.put(rows.getString(1), complete ? rows.getString(2) : "attempts missing");
      }
    }
    return states;
  }

  private void tables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select (select count(*) from changepost.delivery where token is not null"
                    + " and due_at < clock_timestamp())"
                    + " + (select count(*) from changepost.lease where due_at < clock_timestamp()),"
                    + " (select count(*) from changepost.delivery where due_at < clock_timestamp()),"
                    + " (select count(*) from changepost.delivery_log l join changepost.webhook w"
                    + " on w.id = l.webhook_id join changepost.change c on c.id = l.change_id"
                    + " and c.captured_at = l.change_at where c.organization_id is not null"
                    + " and c.organization_id <> w.organization_id)")) {
      rows.next();
      if (rows.getLong(1) > 0) {
        wrong.add("I9: " + rows.getLong(1) + " expired leases");
      }
      if (rows.getLong(2) > 0) {
        wrong.add("I9: " + rows.getLong(2) + " due and not sent");
      }
      if (rows.getLong(3) > 0) {
        wrong.add("I10: " + rows.getLong(3) + " deliveries of another organization's changes");
      }
    }
  }
}
