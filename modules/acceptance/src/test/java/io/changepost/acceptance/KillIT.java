package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** SIGKILL again and again while changes are committed: nothing is lost. */
class KillIT {

  private static final int KILLS = 4;
  private static final int SLOTS = 512;
  private static final int CHANGES = 3_000;
  private static final String INSERT =
      "insert into changepost.document (company_id, name) values (1, 'd') returning id";

  @Test
  void nothing_is_lost_when_the_process_is_killed_while_changes_are_committed() throws Exception {
    TestDatabase database = TestPostgres.freshDatabase();
    Set<String> committed = new ConcurrentSkipListSet<>();
    try (Receiver receiver = new Receiver();
        Product product =
            new Product(
                database,
                Map.of(
                    "CHANGEPOST_DELIVERY_TIMEOUT", "2s",
                    "CHANGEPOST_DELIVERY_CONNECT_TIMEOUT", "1s",
                    "CHANGEPOST_DELIVERY_LEASE", "4s",
                    "CHANGEPOST_REDELIVERY_DELAYS", "1s,2s,3s"))) {
      product.start();
      Organization builder = product.organization("Bouwbedrijf");
      builder.webhook(receiver.url("/a"));
      builder.webhook(receiver.url("/b"));
      product.put(Product.OPERATOR_KEY, "/companies/1", "{\"name\":\"c\"}");
      builder.star(1, "green");

      try (Connection connection = database.connect();
          PreparedStatement insert = connection.prepareStatement(INSERT)) {
        connection.setAutoCommit(false);
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        ScheduledFuture<?> writing =
            writer.scheduleAtFixedRate(() -> write(insert, committed), 0, 4, TimeUnit.MILLISECONDS);
        for (int kill = 1; kill <= KILLS; kill++) {
          int goal = kill * 300;
          await()
              .atMost(Duration.ofSeconds(60))
              .failFast("the writer ended", writing::isDone)
              .until(() -> receiver.at("/a").size() >= goal);
          product.kill();
          product.start();
        }
        writer.shutdown();
        assertThat(writer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
      }

      for (String path : new String[] {"/a", "/b"}) {
        await("all at " + path)
            .atMost(Duration.ofSeconds(60))
            .pollInterval(Duration.ofMillis(500))
            .untilAsserted(
                () -> assertThat(documents(receiver, path).keySet()).containsAll(committed));
        Map<String, Long> seen = documents(receiver, path);
        long duplicates = seen.values().stream().mapToLong(count -> count - 1).sum();
        assertThat(seen.keySet()).as("no phantom").isEqualTo(committed);
        assertThat(duplicates).isLessThanOrEqualTo((long) KILLS * SLOTS);
      }
    }
  }

  private static Map<String, Long> documents(Receiver receiver, String path) {
    return receiver.at(path).stream()
        .map(Received::json)
        .filter(body -> body.get("object").asText().equals("Document"))
        .collect(
            Collectors.groupingBy(
                body -> body.get("objectId").asText(), TreeMap::new, Collectors.counting()));
  }

  /** One change every few milliseconds; every tenth is rolled back and must never be seen. */
  private static void write(PreparedStatement insert, Set<String> committed) {
    if (committed.size() >= CHANGES) {
      return;
    }
    try (ResultSet rows = insert.executeQuery()) {
      rows.next();
      String id = rows.getString(1);
      if (Long.parseLong(id) % 10 == 0) {
        insert.getConnection().rollback();
      } else {
        insert.getConnection().commit();
        committed.add(id);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
