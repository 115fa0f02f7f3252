package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;
import io.changepost.persistence.SqlFile;
import io.changepost.testkit.Explained;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How much the statements read that run all the time: their batch, however large the tables are.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlansIT {

  private static final int WEBHOOKS = 300;
  private static final int ORDERED = 30;
  private static final int CHANGES = 60_000;
  private static final int BACKLOG = 20_000;

  /**
   * Of these changes so many are of the day that it is, however new that is: a partition with next
   * to nothing in it is rightly read from one end to the other.
   */
  private static final int TODAY = 15_000;

  /**
   * Rows that one part of a plan may read of a large table: a batch, or what is counted at most.
   */
  private static final int MOST_READ = 12_000;

  private static final Pattern PART =
      Pattern.compile(
          "(\\w[\\w ]* Scan)(?: Backward)?(?: using (\\w+))? on (\\w+)[^(]*"
              + "\\(actual(?: time=\\S+)? rows=([0-9.]+) loops=(\\d+)\\)");
  private static final Pattern REMOVED =
      Pattern.compile("\\s*Rows Removed by (?:Filter|Index Recheck): (\\d+)");
  private static final Pattern LARGE =
      Pattern.compile("outbox|delivery|(change|delivery_log|attempt)(_default|_\\d+)?");

  /** How often contacts were walked, which needs this index alone. */
  private static final Pattern WALK =
      Pattern.compile(
          "Index Only Scan using company_relation_contact on company_relation r[ _0-9]* "
              + "\\((?:never executed|actual rows=[0-9.]+ loops=(\\d+))\\)");

  private static Fixture fixture;
  private static Explained sender;
  private static Explained api;
  private static long organization;
  private static long webhook;

  /** A part of a plan that reads a table; rows are all that it looked at. */
  private record Read(String how, String table, long rows, String line) {}

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
    String options = "analyze, costs off, timing off, summary off, buffers off";
    sender = Explained.over(fixture.database.senderPool(), options);
    api = Explained.over(fixture.database.apiPool(), options);
    for (String table : List.of("outbox", "delivery", "organization", "webhook", "company")) {
      fixture
          .jdbc
          .sql("alter table changepost." + table + " set (autovacuum_enabled = false)")
          .update();
    }
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @Test
  @Order(1)
  void planned_while_all_is_empty_they_go_by_indexes() {
    List<Long> companies = webhooks();
    backlog(companies, 20);
    for (Read read : runAll()) {
      if (read.how().equals("Seq Scan") && isLarge(read)) {
        assertThat(read.line())
            .as("only what is counted to 10,000")
            .matches(".*on (outbox|delivery) .*");
      }
    }
  }

  @Test
  @Order(2)
  void of_large_tables_that_were_never_analyzed_they_read_their_batch() {
    fill();
    assertThat(
            fixture.one(
                "select count(*) from pg_stats where schemaname = 'changepost' and tablename = 'delivery'",
                Integer.class))
        .isZero();
    assertReadsItsBatch();
  }

  @Test
  @Order(3)
  void of_large_tables_that_were_analyzed_they_read_their_batch() {
    fixture.jdbc.sql("analyze").update();
    assertReadsItsBatch();
  }

  @Test
  @Order(4)
  void contacts_are_walked_of_those_alone_who_are_not_known_to_be_within_the_limit() {
    List<Long> all =
        fixture
            .jdbc
            .sql("select id from changepost.organization order by id")
            .query(Long.class)
            .list();

    assertThat(contactsWalked(List.of())).isGreaterThan(1);
    assertThat(contactsWalked(all)).isZero();
    assertThat(contactsWalked(all.subList(1, all.size()))).isEqualTo(1);
  }

  /**
   * A plan stays until the table is vacuumed again, and in an empty one the index by due times
   * costs what the key does. But where thousands wait for a webhook, that leads to all of them.
   */
  @Test
  @Order(5)
  void planned_after_a_vacuum_found_nothing_waiting_they_read_their_batch_of_one_webhook()
      throws SQLException {
    fixture.jdbc.sql("truncate changepost.delivery, changepost.lease").update();
    fixture.jdbc.sql("vacuum analyze changepost.delivery").update();
    try (Connection connection = fixture.database.senderPool().getConnection()) {
      Map<String, String> byIndex =
          Map.of(
              "outcome/record-claimed", "delivery_pkey",
              "outcome/record-delivered", "delivery_pkey",
              "outcome/record", "delivery_pkey",
              "outcome/release", "delivery_pkey",
              "outcome/record-leased", "lease_pkey",
              "outcome/end-leases", "lease_pkey");
      for (Map.Entry<String, String> file : byIndex.entrySet()) {
        assertThat(generic(connection, SqlFile.read(file.getKey())))
            .as(file.getKey())
            .contains("using " + file.getValue())
            .doesNotContain("using delivery_due");
      }
    }
  }

  /** The plan that a session of the sender keeps, whatever the parameters are. */
  private static String generic(Connection connection, String sql) throws SQLException {
    Matcher parameter = Pattern.compile("\\?(::\\w+(?:\\[])?)").matcher(sql);
    List<String> types = new ArrayList<>();
    String numbered =
        parameter.replaceAll(
            found -> {
              types.add(found.group(1).substring(2));
              return "\\$" + types.size() + found.group(1);
            });
    try (Statement statement = connection.createStatement()) {
      statement.execute("prepare planned (" + String.join(", ", types) + ") as " + numbered);
      String nothing = String.join(", ", Collections.nCopies(types.size(), "null"));
      StringBuilder plan = new StringBuilder();
      try (ResultSet rows = statement.executeQuery("explain execute planned (" + nothing + ")")) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      statement.execute("deallocate planned");
      return plan.toString();
    }
  }

  /** How often fan-out walked the contacts of an organization. */
  private static long contactsWalked(List<Long> within) {
    sender.clear();
    leased(
        "fan-out/filter-by-subscriptions",
        "fanOut",
        new ClaimPlan(1_000, 8_000_000, 3_000, 9, Fixture.LEASE, 200, 10, Map.of())
            .withinLimit(within));
    return contactsWalked(sender.plans().get(0));
  }

  private static long contactsWalked(Explained.Plan plan) {
    List<MatchResult> walks = WALK.matcher(plan.text()).results().toList();
    assertThat(walks).isNotEmpty();
    return walks.stream()
        .map(walk -> walk.group(1))
        .filter(Objects::nonNull)
        .mapToLong(Long::parseLong)
        .sum();
  }

  private static void assertReadsItsBatch() {
    List<Read> reads = runAll();
    assertThat(reads).extracting(Read::table).contains("outbox", "delivery");
    for (Read read : reads) {
      if (isLarge(read)) {
        assertThat(read.rows()).as(read.line()).isLessThanOrEqualTo(MOST_READ);
      }
    }
  }

  private static boolean isLarge(Read read) {
    return LARGE.matcher(read.table()).matches();
  }

  /** Runs each of the statements and gives what was read by them. */
  private static List<Read> runAll() {
    sender.clear();
    api.clear();
    OutcomeStore outcomes = new OutcomeStore(sender.dataSource());
    leaseAll();
    List<ClaimedDelivery> leased =
        new ArrayList<>(
            leased(
                "fan-out/filter-by-subscriptions",
                "fanOut",
                new ClaimPlan(1_000, 8_000_000, 3_000, 7, Fixture.LEASE, 200, 10, Map.of())));
    leased.addAll(
        leased(
            "claim/claim-due",
            "claim",
            new ClaimPlan(1_000, 8_000_000, 3_000, 8, Fixture.LEASE, 512, 10, Map.of())));
    assertThat(leased).isNotEmpty();
    outcomes.release(leased.subList(0, leased.size() / 4));
    List<AttemptOutcome> ended = new ArrayList<>();
    for (ClaimedDelivery delivery : leased.subList(leased.size() / 4, leased.size())) {
      ended.add(
          ended.size() % 10 == 0
              ? new AttemptOutcome(
                  delivery, Fixture.answer(500, false), new Outcome.DueAgain(Duration.ofMinutes(1)))
              : new AttemptOutcome(delivery, Fixture.answer(200, false), new Outcome.Delivered()));
    }
    List<AttemptOutcome> delivered =
        ended.stream().filter(one -> one.outcome() instanceof Outcome.Delivered).toList();
    // What fan-out leased alone, what was claimed alone at the end, and between them both together.
    outcomes.record(delivered.subList(0, 5));
    outcomes.record(delivered.subList(5, delivered.size() - 5));
    outcomes.record(delivered.subList(delivered.size() - 5, delivered.size()));
    outcomes.record(
        ended.stream().filter(one -> !(one.outcome() instanceof Outcome.Delivered)).toList());
    leaveALease();
    assertThat(new LostLeaseStore(sender.dataSource()).returnLost()).isPositive();
    // The last webhook is deleted, so that whoever walks all that waits in the order of webhooks
    // comes by all of it.
    fixture.set(fixture.webhook(organization, "Company/update"), "deleted_at", "now()");
    new WebhookStatusStore(sender.dataSource()).endWaiting(100);
    new WebhookStatusStore(sender.dataSource()).endWaitingBefore(organization, webhook);
    DeliveryReader reader = new DeliveryReader(api.dataSource());
    reader.page(organization, webhook, new DeliveryFilter(null, null, null, null, 50));
    for (DeliveryState state : DeliveryState.values()) {
      reader.page(organization, webhook, new DeliveryFilter(state, null, null, null, 50));
    }
    reader.pending(List.of(webhook), 10_000);
    new ActivityReader(api.dataSource()).buckets(organization, webhook, 24, 60);
    new QueueReader(api.dataSource()).read();
    List<Read> reads = new ArrayList<>();
    for (Explained.Plan plan : sender.plans()) {
      reads.addAll(reads(plan));
    }
    for (Explained.Plan plan : api.plans()) {
      reads.addAll(reads(plan));
    }
    return reads;
  }

  /** Of an organization with several webhooks; all that waits for one of these is due later. */
  private static void leaseAll() {
    long quiet = fixture.organization();
    long company = fixture.companyWith(quiet, "gold");
    for (int i = 0; i < 5; i++) {
      long listener = fixture.webhook(quiet, "Company/update");
      fixture
          .jdbc
          .sql(
              "insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, due_at)"
                  + " select c.id, ?, c.captured_at, c.id, 8, now() + interval '1 hour'"
                  + " from changepost.change c order by c.id limit ?")
          .params(listener, i == 0 ? MOST_READ + 1_000 : 0)
          .update();
    }
    long before = fixture.one("select coalesce(max(id), 0) from changepost.outbox", Long.class);
    fixture.updates(company, 10);
    ClaimPlan plan =
        new ClaimPlan(1_000, 8_000_000, 3_000, System.nanoTime(), Fixture.LEASE, 200, 10, Map.of())
            .goingOnAfter(before);
    assertThat(leased("fan-out/filter-by-subscriptions-and-lease-all", "fanOut", plan)).hasSize(50);
    assertThat(contactsWalked(sender.plans().get(0))).as("once for the organization").isEqualTo(1);
  }

  /** As a node leaves it that was killed: of three changes, for one webhook. */
  private static void leaveALease() {
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.lease (token, due_at, open, change_ids, webhook_ids, change_ats, salts, stars, contact_ranks)
            select 9, clock_timestamp(), count(*), array_agg(c.id), array_agg(:webhook::bigint), array_agg(c.captured_at),
              array_agg(c.id), array_agg('green'::text), array_agg(null::integer)
            from (select id, captured_at from changepost.change order by id desc limit 3) c
            """)
        .param("webhook", webhook)
        .update();
  }

  private static List<ClaimedDelivery> leased(String file, String bean, ClaimPlan plan) {
    String sql = SqlFile.read(file).replace(":#${bean:" + bean + "?method=plan}", "?");
    return ClaimedBatch.read(
            new JdbcTemplate(sender.dataSource()).query(sql, new ClaimedRowMapper(), plan.json()))
        .deliveries();
  }

  private static List<Read> reads(Explained.Plan plan) {
    String name = plan.sql().lines().findFirst().orElse("");
    List<Read> reads = new ArrayList<>();
    String[] lines = plan.text().split("\n");
    for (int i = 0; i < lines.length; i++) {
      Matcher part = PART.matcher(lines[i]);
      if (!part.find()) {
        continue;
      }
      double rows = Double.parseDouble(part.group(4));
      for (int j = i + 1; j < lines.length && !lines[j].contains("->"); j++) {
        Matcher removed = REMOVED.matcher(lines[j]);
        if (removed.matches()) {
          rows += Double.parseDouble(removed.group(1));
        }
      }
      reads.add(
          new Read(
              part.group(1),
              part.group(3),
              Math.round(rows * Long.parseLong(part.group(5))),
              name + ": " + lines[i].trim()));
    }
    return reads;
  }

  /** Organizations with a webhook each, every tenth of them ordered, and a company they follow. */
  private static List<Long> webhooks() {
    List<Long> companies = new ArrayList<>();
    for (int i = 0; i < WEBHOOKS; i++) {
      organization = fixture.organization();
      companies.add(fixture.companyWith(organization, "green"));
      webhook = fixture.webhook(organization, "Company/update");
      if (i < ORDERED) {
        fixture.set(webhook, "ordered", "true");
      }
    }
    return companies;
  }

  private static void backlog(List<Long> companies, int number) {
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.outbox (object, action, object_id, company_id, current, previous, bytes, renamed)
            select 'Company', 'update', (n % 50)::text, (:companies::bigint[])[1 + n % :size], '{"a": 1}', '{"a": 2}', 16, true
            from generate_series(1, :number) as n
            """)
        .param("companies", companies.toArray(Long[]::new))
        .param("size", companies.size())
        .param("number", number)
        .update();
  }

  /** A backlog, and of each large table what some days leave behind. */
  private static void fill() {
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.change (id, captured_at, occurred_at, object, action, object_id, company_id, current, bytes, renamed, truncated)
            select nextval('changepost.change_id'),
              case when n <= :today then now() - (now() - date_trunc('day', now(), 'UTC')) * (n / (:today + 1.0))
                   else date_trunc('day', now(), 'UTC') - n * interval '5 s' end,
              now(), 'Company', 'update', (n % 50)::text, 1, '{"a": 1}', 8, true, false
            from generate_series(1, :number) as n
            """)
        .param("number", CHANGES)
        .param("today", TODAY)
        .update();
    String each =
        """
         from (select c.id, c.captured_at, row_number() over (order by c.id) as n from changepost.change c) c
         join (select w.id, w.ordered, row_number() over (order by w.id) - 1 as place from changepost.webhook w) w
           on w.place = (c.n + %d) %% (select count(*) from changepost.webhook)
         on conflict do nothing
        """;
    fixture
        .jdbc
        .sql(
            "insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, ordering_key, due_at)"
                + " select c.id, w.id, c.captured_at, c.id, 8, case when w.ordered then c.n % 50 end, c.captured_at"
                + each.formatted(0))
        .update();
    fixture
        .jdbc
        .sql(
            "insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, round, attempt_count, state, reason, first_at, first_duration_ms, first_status)"
                + " select c.id, w.id, c.captured_at, c.id, 1, 1, case when c.n % 20 = 0 then 'failed' else 'delivered' end,"
                + " case when c.n % 20 = 0 then 'attempts exhausted' end,"
                + " case when c.n % 20 > 0 then c.captured_at end, case when c.n % 20 > 0 then 5 end, case when c.n % 20 > 0 then 200 end"
                + each.formatted(7))
        .update();
    fixture
        .jdbc
        .sql(
            "insert into changepost.attempt (change_id, webhook_id, change_at, round, number, at, duration_ms, status)"
                + " select c.id, w.id, c.captured_at, 1, 1, now(), 5, 200"
                + each.formatted(7))
        .update();
    backlog(
        fixture.jdbc.sql("select id from changepost.company").query(Long.class).list(), BACKLOG);
  }
}
