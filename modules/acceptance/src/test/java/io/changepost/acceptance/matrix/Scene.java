package io.changepost.acceptance.matrix;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.acceptance.Organization;
import io.changepost.acceptance.Product;
import io.changepost.acceptance.Receiver;
import io.changepost.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * One or more nodes on one database, a receiver that always answers 200, and an organization with a
 * star on company 1. The ledgers are the producer's, the receiver's and the database.
 */
final class Scene implements AutoCloseable {

  /** Short times, so that leases run out within a trial. */
  static final Map<String, String> QUICK =
      Map.of(
          "CHANGEPOST_DELIVERY_TIMEOUT", "2s",
          "CHANGEPOST_DELIVERY_CONNECT_TIMEOUT", "1s",
          "CHANGEPOST_DELIVERY_LEASE", "4s",
          "CHANGEPOST_REDELIVERY_DELAYS", "1s,2s,3s",
          "CHANGEPOST_JAVA_OPTS", "-Xmx256m",
          "CHANGEPOST_ENCRYPTION_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");

  static final String DOCUMENTS = "[{\"object\":\"Document\",\"actions\":[\"create\"]}]";

  private final TestDatabase direct;
  private final TestDatabase seen;
  private final Receiver receiver = new Receiver();
  private final List<Product> nodes = new ArrayList<>();
  private final Map<String, Long> hooks = new LinkedHashMap<>();
  private @Nullable Organization organization;

  Scene(TestDatabase database) {
    this(database, database);
  }

  /** The nodes see the database by {@code seen}; the ledgers are read by {@code direct}. */
  Scene(TestDatabase direct, TestDatabase seen) {
    this.direct = direct;
    this.seen = seen;
  }

  /** What puts {@link FailAt} into a node. */
  static Map<String, String> failAt(String stage) {
    return Map.of(
        "CHANGEPOST_CLASSPATH_EXTRA",
        Product.root().resolve("modules/acceptance/target/test-classes").toString(),
        "CHANGEPOST_JAVA_OPTS",
        "-Xmx256m -Dfail.at=" + stage);
  }

  /** A node, started; the first one makes the organization. */
  Product node(Map<String, String> settings) {
    return nodeUnder(settings);
  }

  /** The same, run by a command that becomes it. */
  Product nodeUnder(Map<String, String> settings, String... command) {
    Map<String, String> all = new HashMap<>(QUICK);
    all.putAll(settings);
    Product node = new Product(seen, all).under(command);
    nodes.add(node);
    node.start();
    if (organization == null) {
      Organization made = node.organization("Bouwbedrijf");
      organization = made;
      node.put(Product.OPERATOR_KEY, "/companies/1", "{\"name\":\"c\"}");
      made.star(1, "green");
    }
    return node;
  }

  Product node() {
    return node(Map.of());
  }

  Organization organization() {
    return Objects.requireNonNull(organization, "there is no node yet");
  }

  /** A webhook for new documents at that path of the receiver. */
  long hook(String path) {
    return hook(path, receiver.url(path));
  }

  long hook(String name, String url) {
    JsonNode made = organization().webhook(url, DOCUMENTS);
    hooks.put(name, made.get("id").asLong());
    return made.get("id").asLong();
  }

  /** Path → id of the webhooks made. */
  Map<String, Long> hooks() {
    return hooks;
  }

  Receiver receiver() {
    return receiver;
  }

  TestDatabase database() {
    return direct;
  }

  Producer producer(int perSecond) {
    return new Producer(direct, 1, perSecond);
  }

  /** Inserts documents in one statement and returns when they are committed. */
  void documents(int count) {
    direct.execute(
        "insert into changepost.document (company_id, name) select 1, 'd' from generate_series(1, "
            + count
            + ")");
  }

  /** The one number of a query. */
  long number(String sql) {
    try (Connection connection = direct.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Waits until every change is judged. */
  void awaitFannedOut() {
    awaitTrue("fan-out", 30, () -> number("select count(*) from changepost.outbox") == 0);
  }

  /** Waits until nothing is left to send; returns the seconds that took. */
  double drain(Duration atMost) {
    long begin = System.nanoTime();
    Awaitility.await("everything sent")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(
            () ->
                number(
                        "select (select count(*) from changepost.outbox)"
                            + " + (select count(*) from changepost.lease)"
                            + " + (select count(*) from changepost.delivery)")
                    == 0);
    return (System.nanoTime() - begin) / 1e9;
  }

  /** The sum of a counter over the nodes that answer. */
  static double metric(Product node, String name) {
    return node.observe("metrics")
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  static void awaitTrue(
      String what, int seconds, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(Duration.ofSeconds(seconds))
        .pollInterval(Duration.ofMillis(20))
        .until(condition);
  }

  /** Sends a signal to a process. */
  static void signal(ProcessHandle process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Has the receiver answer 200 at that path, but only after that time. */
  void answerLate(String path, long millis) {
    receiver()
        .answer(
            path,
            any -> {
              try {
                pause(millis);
              } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
              }
              return 200;
            });
  }

  static void pause(long millis) throws InterruptedException {
    Thread.sleep(millis);
  }

  @Override
  public void close() {
    for (Product node : nodes) {
      if (node.isAlive()) {
        // A frozen process does not end by itself.
        try {
          signal(node.process(), "CONT");
        } catch (Exception gone) {
          // Then there is nothing to end.
        }
      }
      node.close();
    }
    receiver.close();
  }
}
