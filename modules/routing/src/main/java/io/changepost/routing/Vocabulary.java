package io.changepost.routing;

import io.changepost.delivery.HardenedClient;
import io.changepost.delivery.PrepareRequest;
import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.InactivityStore;
import io.changepost.persistence.delivery.LostLeaseStore;
import io.changepost.persistence.delivery.OutcomeStore;
import io.changepost.persistence.delivery.RetentionStore;
import io.changepost.persistence.delivery.WebhookStatusStore;
import io.changepost.persistence.platform.ContactsOverStore;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/**
 * The words that routes may use: {@code fanOut}, {@code claim}, {@code redact}, {@code attempt},
 * {@code outcome}, {@code inactivity}, {@code upkeep}, the schedulers {@code outboxWake} and {@code
 * dueWake}, the data source {@code senderPool}, the reader of its rows {@code claimedRows}, {@code
 * fanOutStatement} and {@code preparedOnce} for its statements and the {@code attemptQueue}. One
 * for a node.
 */
public final class Vocabulary implements AutoCloseable {

  /** The redelivery policy that the routes declare. */
  public static final String POLICY = "deliveryPolicy";

  /** The beans that routes call, by name; their public methods are what a route may say. */
  public static final Map<String, Class<?>> WORDS =
      Map.of(
          "fanOut", FanOut.class,
          "claim", Claim.class,
          "attempt", Attempt.class,
          "redact", Redact.class,
          "outcome", RecordOutcome.class,
          "inactivity", Inactivity.class,
          "upkeep", Upkeep.class);

  /** What routes may hand to an endpoint with {@code #name}. */
  public static final Set<String> RESOURCES =
      Set.of(
          "senderPool",
          "outboxWake",
          "dueWake",
          "claimedRows",
          "fanOutStatement",
          "preparedOnce",
          "attemptQueue");

  /** Exchanges on their way, as a multiple of the slots, before attempts wait for them. */
  private static final int FOLLOWED = 4;

  /** What the words work on. */
  public record Tools(
      Database database, SecretBox box, HardenedClient client, PrepareRequest prepare) {}

  private final Tools tools;
  private final RoutingSettings settings;
  private final Slots slots;
  private final SenderStats stats;
  private final AdaptiveScheduler outboxWake;
  private final AdaptiveScheduler dueWake;
  private final Followers followers;
  private final OutcomeWriter writer;
  private final Lock turn = new ReentrantLock(true);
  private final RecentAnswers answers = new RecentAnswers();
  private final Claims claims;
  private final AttemptQueue queue;
  private final HandBack handBack;

  /** Nothing is started yet. */
  public Vocabulary(Tools tools, RoutingSettings settings) {
    this.tools = tools;
    this.settings = settings;
    slots = new Slots(settings.slots());
    stats = new SenderStats(slots::inFlight);
    outboxWake =
        new AdaptiveScheduler("fan-out", turn, Duration.ofMillis(4), Duration.ofMillis(50));
    dueWake = new AdaptiveScheduler("claim", turn, Duration.ofMillis(10), Duration.ofSeconds(1));
    followers = new Followers(FOLLOWED * settings.slots().total());
    OutcomeStore outcomes = new OutcomeStore(tools.database().senderPool());
    writer = new OutcomeWriter(Committed.in(outcomes), slots, followers);
    claims = new Claims(slots, answers, settings);
    queue = new AttemptQueue(settings.slots().leases(), fewThreads(), slots, answers);
    handBack = new HandBack(queue, outcomes, slots, stats);
    LostLeaseStore store = new LostLeaseStore(tools.database().senderPool());
    LostLeases lost = new LostLeases(store::returnLost, stats, System::nanoTime);
    dueWake.beforePoll(
        () -> {
          handBack.ofStalled();
          lost.look();
        });
  }

  /** Binds the words and hardens both HTTP components; before the routes are loaded. */
  public void bindTo(CamelContext context) {
    Registry registry = context.getRegistry();
    slots.whenRoom(
        () -> {
          if (claims.mayBeLeft()) {
            dueWake.wake();
          }
        });
    registry.bind("senderPool", tools.database().senderPool());
    registry.bind("outboxWake", outboxWake);
    registry.bind("dueWake", dueWake);
    registry.bind("claimedRows", new ClaimedRows());
    registry.bind("preparedOnce", new PreparedOnce());
    registry.bind("attemptQueue", queue);
    FanOutStatement statement = new FanOutStatement(context);
    registry.bind("fanOutStatement", new PreparedOnce(statement::form));
    FanOut fanOut = new FanOut(claims, outboxWake, stats, statement);
    slots.whenMuchRoom(
        () -> {
          if (fanOut.isBehind()) {
            outboxWake.wake();
          }
        });
    registry.bind("fanOut", fanOut);
    registry.bind("claim", new Claim(claims, dueWake, answers, stats));
    registry.bind(
        "attempt",
        new Attempt(
            tools.prepare(),
            new OpenedSecrets(tools.box()),
            handBack::begun,
            settings.leastLease(),
            CrashPoint.HERE));
    registry.bind("redact", new Redact());
    DecideByPolicy decide = new DecideByPolicy(registry, settings.jitter());
    registry.bind("outcome", new RecordOutcome(decide, writer, slots, answers, stats));
    registry.bind(
        "inactivity",
        new Inactivity(
            new InactivityStore(tools.database().senderPool()), settings.inactivity(), stats));
    registry.bind(
        "upkeep",
        new Upkeep(
            new RetentionStore(tools.database().senderPool()),
            new WebhookStatusStore(tools.database().senderPool()),
            new ContactsOverStore(tools.database().senderPool()),
            settings.retention(),
            settings.contactsLimit()));
    HardenedComponents.harden(context, tools.client());
    writer.start();
  }

  /** While attempts are quick, more only take turns on the processors. */
  static int fewThreads() {
    return Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
  }

  /** Looks for changes, and for what is due, at once. */
  public void wake() {
    outboxWake.wake();
    dueWake.wake();
  }

  /** Looks for changes at once, or after a few milliseconds where more of them come. */
  public void changesCame() {
    outboxWake.mayFind();
  }

  /**
   * Leases nothing more and hands back what has not begun; what has begun goes on. Before the
   * routes are stopped, which waits for all that is in the queue of attempts.
   */
  public void beginEnding() {
    claims.close();
    // A claim under way brings more, so this takes its turn after it. But while the database does
    // not answer nothing waits for it, neither the turn nor what is handed back.
    Thread thread =
        new Thread(
            () -> {
              turn.lock();
              try {
                handBack.all();
              } finally {
                turn.unlock();
              }
            },
            "changepost-hand-back");
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(3));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.end();
  }

  /** What this node did so far. */
  public SenderStats stats() {
    return stats;
  }

  /** Ends the writer; after the routes are stopped. */
  @Override
  public void close() {
    writer.stop();
    followers.close();
  }
}
