package io.changepost.app;

import io.changepost.api.ApiSettings;
import io.changepost.api.ApiStores;
import io.changepost.api.HealthHandler;
import io.changepost.api.HttpApi;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.PostOnce;
import io.changepost.delivery.PrepareRequest;
import io.changepost.delivery.UrlRules;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.access.KeyStore;
import io.changepost.persistence.delivery.QueueReader;
import io.changepost.persistence.delivery.RetentionStore;
import io.changepost.routing.SenderStats;
import io.changepost.routing.Vocabulary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, from the database up: what is started last is stopped first. Starting throws where
 * something cannot be had, and then nothing is left running. Not thread-safe; started and stopped
 * once.
 */
final class Server implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final ServerSettings settings;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean embedded;
  private int routes;
  private @Nullable String newOperatorKey;

  Server(ServerSettings settings) {
    this.settings = settings;
  }

  /** Returns when everything answers. */
  Server start() {
    try {
      Database database = openDatabase();
      SecretBox box = EncryptionKey.box(settings.keys().encryption(), settings.places().dataDir());
      if (settings.keys().operator() == null) {
        newOperatorKey = new KeyStore(database).operatorKeyOrNew().orElse(null);
      }
      HardenedClient client = opened(new HardenedClient(settings.delivery()));
      PrepareRequest prepare = new PrepareRequest(settings.delivery());
      Vocabulary vocabulary =
          opened(
              new Vocabulary(
                  new Vocabulary.Tools(database, box, client, prepare), settings.routing()));
      HttpApi api =
          new HttpApi(
              ApiStores.of(database, box, settings.limits().contacts()),
              new ApiSettings(
                  settings.keys().operator(),
                  settings.limits(),
                  new ApiSettings.Sending(
                      new UrlRules(settings.delivery()),
                      prepare,
                      new PostOnce(client, Clock.systemUTC())),
                  vocabulary::wake));
      CamelNode camel = opened(new CamelNode(settings));
      Main main = camel.start(vocabulary::bindTo);
      routes = main.getCamelContext().getRoutesSize();
      VertxPlatformHttpRouter router =
          VertxPlatformHttpRouter.lookup(
              main.getCamelContext(),
              VertxPlatformHttpRouter.getRouterNameFromPort(settings.http().port()));
      watch(main.getCamelContext(), vocabulary.stats(), database);
      api.mount(router.vertx(), router);
      router.get("/health").handler(new HealthHandler(() -> main.getCamelContext().isStarted()));
      return this;
    } catch (RuntimeException | Error failed) {
      close();
      throw failed;
    }
  }

  private void watch(CamelContext context, SenderStats stats, Database database) {
    QueueWatch queue = new QueueWatch(new QueueReader(database.apiPool()));
    opened(SenderBean.register(stats, queue));
    context.getRegistry().findByType(MeterRegistry.class).stream()
        .findFirst()
        .ifPresent(new SenderMetrics(stats, queue)::bindTo);
  }

  private Database openDatabase() {
    DatabaseSettings where = settings.database();
    if (where == null) {
      embedded = true;
      where = opened(EmbeddedDatabase.start(settings.places().dataDir())).settings();
    }
    Database database = opened(Database.open(where));
    database.waitUntilReachable(LOG::warn);
    database.migrate();
    new RetentionStore(database.senderPool()).ensurePartitions();
    return database;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    started.push(resource);
    return resource;
  }

  boolean isEmbedded() {
    return embedded;
  }

  int routes() {
    return routes;
  }

  /** The operator's key, where it was made by this start. */
  Optional<String> newOperatorKey() {
    return Optional.ofNullable(newOperatorKey);
  }

  @Override
  public void close() {
    while (!started.isEmpty()) {
      AutoCloseable last = started.pop();
      try {
        last.close();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly: {}", last.getClass().getSimpleName(), e.getMessage());
      }
    }
  }
}
