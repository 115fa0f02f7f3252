package io.changepost.app.server;

import io.changepost.api.ApiSettings;
import io.changepost.api.ApiStores;
import io.changepost.api.HttpApi;
import io.changepost.app.rehearsal.Rehearsal;
import io.changepost.app.settings.ServerSettings;
import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.PostOnce;
import io.changepost.delivery.PrepareRequest;
import io.changepost.delivery.UrlRules;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.delivery.QueueReader;
import io.changepost.routing.Vocabulary;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, from the database up: what is started last is stopped first. Starting throws where
 * something cannot be had, and then nothing is left running. Started and stopped once; stopping is
 * allowed from any thread and at any time.
 */
public final class Server implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final long START_ENDS_WITHIN_SECONDS = 20;

  private final ServerSettings settings;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final CountDownLatch startEnded = new CountDownLatch(1);
  private volatile @Nullable Ground ground;
  private volatile @Nullable Rehearsal rehearsal;
  private volatile boolean closing;
  private int routes;
  private Optional<String> newOperatorKey = Optional.empty();

  /** Nothing is started yet. */
  public Server(ServerSettings settings) {
    this.settings = settings;
  }

  /**
   * Returns when everything answers.
   *
   * @throws io.changepost.app.settings.WrongSettingException where a setting is why it cannot
   * @throws RuntimeException where the database or the routes are
   */
  public Server start() {
    try {
      startAll();
      return this;
    } catch (RuntimeException | Error failed) {
      stopAll();
      throw failed;
    } finally {
      startEnded.countDown();
    }
  }

  private void startAll() {
    Ground under = opened(Ground.open(settings));
    ground = under;
    // After the folder: a second server in it has the port of the first as well.
    Ports.refuseTaken(settings.listen());
    under.begin();
    // From here on the database is made ready by its own thread, and Camel by this one.
    RouteFiles.refuseFaulty(settings);
    RouteFiles.unread(settings).forEach(file -> LOG.warn("{}", file));
    HardenedClient client = opened(new HardenedClient(settings.delivery()));
    PrepareRequest prepare = new PrepareRequest(settings.delivery());
    Vocabulary vocabulary =
        opened(
            new Vocabulary(
                new Vocabulary.Tools(under.database(), under.box(), client, prepare),
                settings.routing()));
    CamelNode camel = opened(new CamelNode(settings));
    CamelContext context = camel.start(vocabulary::bindTo);
    PublicServer web = new PublicServer(context, settings.listen().http().port());
    HttpApi api =
        new HttpApi(
            ApiStores.of(under.database(), under.box(), settings.limits().contacts()),
            new ApiSettings(
                settings.keys().operator(),
                settings.limits(),
                new ApiSettings.Sending(
                    new UrlRules(settings.delivery()),
                    prepare,
                    new PostOnce(client, Clock.systemUTC())),
                new ApiSettings.Wake(vocabulary::wake, vocabulary::changesCame)));
    newOperatorKey = under.ready();
    DatabaseWatch watch = opened(new DatabaseWatch(under.database()).begin());
    opened(
        Operations.begin(
            context,
            vocabulary.stats(),
            new QueueWatch(new QueueReader(under.database().apiPool())),
            new OperatorActions(under.database(), settings.limits().contacts(), vocabulary::wake),
            watch));
    AutoCloseable beginEnding = vocabulary::beginEnding;
    opened(beginEnding);
    camel.startRoutes(context);
    routes = context.getRoutesSize();
    web.open(api, () -> !closing && watch.answers());
    rehearsal = opened(Rehearsal.begin(vocabulary.stats().idleness()));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    started.push(resource);
    if (closing) {
      throw new IllegalStateException("told to stop while starting");
    }
    return resource;
  }

  /** Waits until all that a delivery needs was loaded once; after the start. */
  public void awaitLoaded() throws InterruptedException {
    Rehearsal begun = rehearsal;
    if (begun != null) {
      begun.awaitFirst();
    }
  }

  /** True where the database is the one in the data folder. */
  public boolean isEmbedded() {
    return settings.database() == null;
  }

  /** How many routes run. */
  public int routes() {
    return routes;
  }

  /** The operator's key, where it was made by this start; it is known nowhere else. */
  public Optional<String> newOperatorKey() {
    return newOperatorKey;
  }

  /** How to connect to the database that it uses; after the start. */
  public DatabaseSettings database() {
    Ground under = ground;
    if (under == null) {
      throw new IllegalStateException("not started");
    }
    return under.settings();
  }

  /** Ends it; where it is still starting, that is given up first. */
  @Override
  public void close() {
    closing = true;
    Ground under = ground;
    if (under != null && startEnded.getCount() > 0) {
      under.giveUp();
    }
    try {
      if (!startEnded.await(START_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("stopping while the start has not ended");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stopAll();
  }

  private synchronized void stopAll() {
    while (!started.isEmpty()) {
      AutoCloseable last = started.pop();
      long begun = System.nanoTime();
      try {
        last.close();
        LOG.debug(
            "{} stopped in {} ms",
            last.getClass().getSimpleName(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly: {}", last.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
