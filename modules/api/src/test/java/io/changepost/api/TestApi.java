package io.changepost.api;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.Network;
import io.changepost.delivery.PostOnce;
import io.changepost.delivery.PrepareRequest;
import io.changepost.delivery.UrlRules;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The API as it runs: its own database, its own server on a free port. Closed with the JVM. */
final class TestApi {

  static final String OPERATOR_KEY = "an-operator-key-of-the-tests";
  static final int CONTACTS_LIMIT = 5;
  static final int WEBHOOKS_LIMIT = 4;
  static final int TESTS_LIMIT = 6;

  /** A server takes 100 connections, and each database here has two pools. */
  private static final int POOL = 4;

  private static final AtomicLong NUMBERS = new AtomicLong(1000);

  private static @Nullable TestApi shared;

  final TestDatabase database;
  final CheckAnswer check = new CheckAnswer();
  final AtomicInteger woken = new AtomicInteger();
  final Database stores;
  final int port;

  private TestApi(TestDatabase database, @Nullable String operatorKey, Duration overlap) {
    this.database = database;
    stores =
        Database.open(
            new DatabaseSettings(database.url(), database.username(), database.password(), POOL));
    DeliverySettings delivery =
        new DeliverySettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            false,
            List.of(Network.parse("127.0.0.0/8")),
            8,
            "Changepost/test");
    HttpApi api =
        new HttpApi(
            ApiStores.of(stores, SecretBox.parse(SecretBox.newKey()), CONTACTS_LIMIT),
            new ApiSettings(
                operatorKey,
                new ApiSettings.Limits(CONTACTS_LIMIT, WEBHOOKS_LIMIT, TESTS_LIMIT, overlap),
                new ApiSettings.Sending(
                    new UrlRules(delivery),
                    new PrepareRequest(delivery),
                    new PostOnce(new HardenedClient(delivery), Clock.systemUTC())),
                new ApiSettings.Wake(woken::incrementAndGet, woken::incrementAndGet)));
    Vertx vertx = Vertx.vertx();
    Router router = Router.router(vertx);
    api.mount(vertx, router);
    HttpServer server = vertx.createHttpServer().requestHandler(router);
    port =
        await(server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture()).actualPort();
  }

  private static <T> T await(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One for all tests that do not count what is there. */
  static synchronized TestApi shared() {
    TestApi there = shared;
    if (there == null) {
      there = fresh(OPERATOR_KEY);
      shared = there;
    }
    return there;
  }

  /** One of its own. */
  static TestApi fresh(@Nullable String operatorKey) {
    return fresh(operatorKey, Duration.ofHours(24));
  }

  /** One of its own, whose old secrets sign that long too. */
  static TestApi fresh(@Nullable String operatorKey, Duration overlap) {
    TestApi api = new TestApi(TestPostgres.freshDatabase(), operatorKey, overlap);
    api.stores.migrate();
    return api;
  }

  /** One whose database nobody made. */
  static TestApi withoutDatabase() {
    return new TestApi(
        new TestDatabase("jdbc:postgresql://127.0.0.1:1/none", "nobody", "", ""),
        OPERATOR_KEY,
        Duration.ofHours(24));
  }

  Client anonymous() {
    return new Client("http://127.0.0.1:" + port + "/api/v1", check, List.of());
  }

  Client operator() {
    return anonymous().with("Authorization", "Bearer " + OPERATOR_KEY);
  }

  /** A new organization's own client. */
  Client organization() {
    return withKey(operator().post("/organizations", "{\"name\":\"Some Builders\"}").text("key"));
  }

  Client withKey(String key) {
    return anonymous().with("Authorization", "Bearer " + key);
  }

  /** A new company's id. */
  long company() {
    long id = NUMBERS.incrementAndGet();
    operator().put("/companies/" + id, "{\"name\":\"Company " + id + "\"}");
    return id;
  }
}
