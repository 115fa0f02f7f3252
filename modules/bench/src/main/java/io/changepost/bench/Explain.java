package io.changepost.bench;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SqlFile;
import io.changepost.persistence.delivery.ActivityReader;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import io.changepost.persistence.delivery.ClaimedRowMapper;
import io.changepost.persistence.delivery.DeliveryFilter;
import io.changepost.persistence.delivery.DeliveryReader;
import io.changepost.persistence.delivery.OutcomeStore;
import io.changepost.persistence.delivery.QueueReader;
import io.changepost.testkit.Explained;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes the plans of the statements that run all the time, as the server's own sessions run them,
 * beside very many deliveries that wait. The statements are the server's files, so these are plans
 * of what it runs.
 */
final class Explain {

  private static final int WEBHOOKS = 500;

  /** Of these webhooks, the last, nothing waits. */
  private static final int QUIET = 100;

  private static final int BACKLOG = 2_000;
  private static final long LEASE = 45_000;
  private static final String CAPTURED =
      "insert into changepost.document (company_id, name, url) values (?, 'a document', '/1')";

  private final Explained sender;
  private final Explained api;
  private final Platform platform;
  private final HostDatabase host;
  private final Map<String, StringBuilder> plans = new LinkedHashMap<>();

  private Explain(Database database, Platform platform, HostDatabase host) {
    this.sender = Explained.over(database.senderPool(), "analyze, buffers");
    this.api = Explained.over(database.apiPool(), "analyze, buffers");
    this.platform = platform;
    this.host = host;
  }

  /** One file for each statement, in that folder. */
  static void into(Path folder) throws IOException, SQLException, InterruptedException {
    try (Bench bench = Bench.open(false, false);
        Node node = Node.embedded(bench.folder("data"));
        HostDatabase host = HostDatabase.of(bench.folder("data"))) {
      bench.say("making " + WEBHOOKS + " webhooks");
      Platform platform = Platform.make(node.api(), host, WEBHOOKS, 1, bench.endpoint().url("/ok"));
      Servers servers = new Servers(host, List.of(node));
      servers.hold();
      try (Database database = Database.open(new DatabaseSettings(host.url(), "postgres", "", 4))) {
        Explain explain = new Explain(database, platform, host);
        bench.say("making 100,000 deliveries wait");
        ExplainScenery scenery = new ExplainScenery(host);
        scenery.history(200_000);
        scenery.waiting(100_000, platform.customers().subList(0, WEBHOOKS - QUIET));
        explain.all("100,000 deliveries wait, of 400 webhooks");
        bench.say("making 1,000,000 of one webhook wait");
        scenery.waiting(1_000_000, platform.customers().subList(0, 1));
        explain.all("1,000,000 more wait, of one of these webhooks");
        explain.write(folder, Machine.facts(host));
        bench.say("written to " + folder);
      } finally {
        servers.goOn();
      }
    }
  }

  private void all(String when) throws SQLException {
    sender.clear();
    api.clear();
    // The last of them counts: a session's first one makes the trigger's plans.
    for (int i = 0; i < 10; i++) {
      new JdbcTemplate(api.dataSource()).update(CAPTURED, platform.companies()[0]);
    }
    List<ClaimedDelivery> leased = new ArrayList<>(leasedAllOfTheQuiet());
    host.documents(platform.companies(), BACKLOG, 370);
    leased.addAll(leased("fan-out/filter-by-subscriptions", "fanOut", plan()));
    leased.addAll(leased("claim/claim-due", "claim", plan()));
    OutcomeStore outcomes = new OutcomeStore(sender.dataSource());
    outcomes.release(leased.subList(0, 10));
    List<AttemptOutcome> ended = new ArrayList<>();
    for (ClaimedDelivery delivery : leased.subList(10, leased.size())) {
      ended.add(ended(delivery, ended.size() % 20 > 0));
    }
    List<AttemptOutcome> delivered =
        ended.stream().filter(one -> one.outcome() instanceof Outcome.Delivered).toList();
    // Each of the four ways: leased by fan-out, claimed, both, and with some that failed.
    List<AttemptOutcome> fromLeases = quarters(delivered, Explain::isLeased, 0, 2);
    List<AttemptOutcome> claimed = quarters(delivered, one -> !isLeased(one), 0, 2);
    List<AttemptOutcome> both = new ArrayList<>(quarters(delivered, Explain::isLeased, 2, 3));
    both.addAll(quarters(delivered, one -> !isLeased(one), 2, 3));
    List<AttemptOutcome> others = new ArrayList<>(ended);
    for (List<AttemptOutcome> some : List.of(fromLeases, claimed, both)) {
      outcomes.record(some);
      others.removeAll(some);
    }
    outcomes.record(others);
    Api.Customer customer = platform.customers().get(0);
    new DeliveryReader(api.dataSource())
        .page(
            customer.organization(),
            customer.webhook(),
            new DeliveryFilter(null, null, null, null, 50));
    new ActivityReader(api.dataSource())
        .buckets(customer.organization(), customer.webhook(), 48, 60);
    new QueueReader(api.dataSource()).read();
    List<Explained.Plan> all = new ArrayList<>(sender.plans());
    all.addAll(api.plans());
    for (ExplainedStatement statement : ExplainedStatement.values()) {
      String begin =
          statement.file().isEmpty()
              ? CAPTURED
              : SqlFile.read(statement.file()).lines().findFirst().orElseThrow();
      all.stream()
          .filter(plan -> plan.sql().startsWith(begin))
          .reduce((first, last) -> last)
          .ifPresent(plan -> keep(statement, when, plan.text()));
    }
  }

  /** What the short form of fan-out takes, past whatever waits in the outbox. */
  private List<ClaimedDelivery> leasedAllOfTheQuiet() throws SQLException {
    long before = host.number("select coalesce(max(id), 0) from changepost.outbox");
    long[] quiet = Arrays.copyOfRange(platform.companies(), WEBHOOKS - QUIET, WEBHOOKS);
    host.documents(quiet, QUIET, 370);
    return leased(
        "fan-out/filter-by-subscriptions-and-lease-all", "fanOut", plan().goingOnAfter(before));
  }

  private static List<AttemptOutcome> quarters(
      List<AttemptOutcome> all, Predicate<AttemptOutcome> which, int from, int to) {
    List<AttemptOutcome> some = all.stream().filter(which).toList();
    return some.subList(some.size() * from / 4, some.size() * to / 4);
  }

  private static boolean isLeased(AttemptOutcome outcome) {
    return outcome.delivery().isLeasedAtOnce();
  }

  private static AttemptOutcome ended(ClaimedDelivery delivery, boolean well) {
    return new AttemptOutcome(
        delivery,
        new Answer(
            Instant.now(),
            Duration.ofMillis(3),
            well ? 200 : 500,
            well ? null : "status 500",
            false,
            null,
            null),
        well ? new Outcome.Delivered() : new Outcome.DueAgain(Duration.ofMinutes(1)));
  }

  private List<ClaimedDelivery> leased(String file, String bean, ClaimPlan plan) {
    String sql = SqlFile.read(file).replace(":#${bean:" + bean + "?method=plan}", "?");
    return ClaimedBatch.read(
            new JdbcTemplate(sender.dataSource()).query(sql, new ClaimedRowMapper(), plan.json()))
        .deliveries();
  }

  private ClaimPlan plan() {
    List<Long> webhooks = platform.customers().stream().map(Api.Customer::webhook).toList();
    return new ClaimPlan(1_000, 8_388_608, 3_000, System.nanoTime(), LEASE, 2_048, 10, Map.of())
        .withSilent(256, 128, webhooks)
        .withAhead(40);
  }

  private void keep(ExplainedStatement statement, String when, String plan) {
    plans
        .computeIfAbsent(statement.name(), name -> new StringBuilder())
        .append("\n## ")
        .append(when)
        .append("\n\n```\n")
        .append(plan)
        .append("```\n");
  }

  private void write(Path folder, Map<String, String> facts) throws IOException {
    Files.createDirectories(folder);
    for (ExplainedStatement statement : ExplainedStatement.values()) {
      StringBuilder found = plans.get(statement.name());
      if (found == null) {
        throw new IllegalStateException(statement + " was not run");
      }
      Files.writeString(
          folder.resolve(statement.page()),
          statement.heading() + " PostgreSQL " + facts.get("PostgreSQL") + ".\n" + found);
    }
  }
}
