package io.changepost.persistence.delivery;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.FailureReason;
import io.changepost.domain.Outcome;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SqlFile;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database, and the words in which the tests of this package speak of it. */
final class Fixture implements AutoCloseable {

  static final long LEASE = 45_000;

  private static final AtomicLong TOKEN = new AtomicLong(1_000);

  final Database database;
  final JdbcClient jdbc;
  final OutcomeStore outcomes;
  final LostLeaseStore lost;
  final WebhookStatusStore statuses;

  private Fixture(Database database) {
    this.database = database;
    this.jdbc = JdbcClient.create(database.apiPool());
    this.outcomes = new OutcomeStore(database.senderPool());
    this.lost = new LostLeaseStore(database.senderPool());
    this.statuses = new WebhookStatusStore(database.senderPool());
  }

  static Fixture migrated() {
    TestDatabase fresh = TestPostgres.freshDatabase();
    Database database =
        Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 8));
    database.migrate();
    Fixture fixture = new Fixture(database);
    // What the tests insert into the platform's tables is the scenery, not the change.
    for (String table : List.of("company", "company_relation", "message", "document")) {
      fixture.jdbc.sql("alter table changepost." + table + " disable trigger user").update();
    }
    return fixture;
  }

  /** Empties everything, so that each test begins alone. */
  void clear() {
    jdbc.sql(
            """
            truncate changepost.outbox, changepost.change, changepost.lease, changepost.delivery, changepost.delivery_log,
              changepost.attempt, changepost.organization, changepost.company cascade
            """)
        .update();
  }

  @Override
  public void close() {
    database.close();
  }

  long organization() {
    return jdbc.sql(
            "insert into changepost.organization (name) values ('a contractor') returning id")
        .query(Long.class)
        .single();
  }

  long company() {
    return jdbc.sql("insert into changepost.company (name) values ('a company') returning id")
        .query(Long.class)
        .single();
  }

  /** A company with which the organization has a relation of that star. */
  long companyWith(long organization, String star) {
    long company = company();
    star(organization, company, star);
    return company;
  }

  long star(long organization, long company, String star) {
    return jdbc.sql(
            """
            insert into changepost.company_relation (organization_id, company_id, star, starred_at)
            values (:organization, :company, :star, case when :star <> 'none' then clock_timestamp() end)
            on conflict (organization_id, company_id)
              do update set star = excluded.star, starred_at = excluded.starred_at
            returning id
            """)
        .param("organization", organization)
        .param("company", company)
        .param("star", star)
        .query(Long.class)
        .single();
  }

  /** An active webhook; a subscription is {@code object/action}. */
  long webhook(long organization, String... subscriptions) {
    long webhook =
        jdbc.sql(
                """
                insert into changepost.webhook (organization_id, url)
                values (:organization, 'https://example.org/' || :organization) returning id
                """)
            .param("organization", organization)
            .query(Long.class)
            .single();
    for (String subscription : subscriptions) {
      String[] parts = subscription.split("/");
      jdbc.sql("insert into changepost.subscription values (?, ?, ?)")
          .params(webhook, parts[0], parts[1])
          .update();
    }
    jdbc.sql(
            "insert into changepost.webhook_secret (webhook_id, kind, sealed) values (?, 'hmac', '\\xabcd')")
        .param(webhook)
        .update();
    return webhook;
  }

  /** Many at once, without secrets. */
  void webhooks(long organization, int number, String object, String action) {
    jdbc.sql(
            """
            with made as (
              insert into changepost.webhook (organization_id, url)
              select ?, 'https://example.org/' || n from generate_series(1, ?) n returning id)
            insert into changepost.subscription select id, ?, ? from made
            """)
        .params(organization, number, object, action)
        .update();
  }

  /** Sets a column of a webhook to an SQL expression. */
  void set(long webhook, String column, String expression) {
    jdbc.sql("update changepost.webhook set " + column + " = " + expression + " where id = ?")
        .param(webhook)
        .update();
  }

  void setHealth(long webhook, String column, String expression) {
    jdbc.sql(
            "update changepost.webhook_health set "
                + column
                + " = "
                + expression
                + " where webhook_id = ?")
        .param(webhook)
        .update();
  }

  long change(String object, String action, @Nullable Long company, @Nullable Long organization) {
    return change(object, action, company, organization, null, null);
  }

  long change(
      String object,
      String action,
      @Nullable Long company,
      @Nullable Long organization,
      @Nullable String star,
      @Nullable String previousStar) {
    return jdbc.sql(
            """
            insert into changepost.outbox (object, action, object_id, company_id, organization_id, star,
              previous_star, starred_at, current, previous, bytes, renamed)
            values (:object, :action, '4711', :company::bigint, :organization::bigint, :star::text, :previousStar::text,
              case when coalesce(:star::text, :previousStar::text) is not null then clock_timestamp() end,
              '{"name": "new"}', '{"name": "old"}', 30, true)
            returning id
            """)
        .param("object", object)
        .param("action", action)
        .param("company", company)
        .param("organization", organization)
        .param("star", star)
        .param("previousStar", previousStar)
        .query(Long.class)
        .single();
  }

  /** That many updates of a company, in one statement. */
  void updates(long company, int number) {
    jdbc.sql(
            """
            insert into changepost.outbox (object, action, object_id, company_id, current, previous, bytes, renamed)
            select 'Company', 'update', n::text, :company, '{}', '{}', 4, true
            from generate_series(1, :number) as n
            """)
        .param("company", company)
        .param("number", number)
        .update();
  }

  static ClaimPlan plan(int free, int perWebhook) {
    return plan(free, perWebhook, Map.of());
  }

  static ClaimPlan plan(int free, int perWebhook, Map<Long, Integer> busy) {
    return new ClaimPlan(
        1_000, 8_000_000, 3_000, TOKEN.incrementAndGet(), LEASE, free, perWebhook, busy);
  }

  ClaimedBatch fanOut(ClaimPlan plan) {
    return ClaimedBatch.read(fanOutRows(plan));
  }

  List<Map<String, Object>> fanOutRows(ClaimPlan plan) {
    return run("fan-out/filter-by-subscriptions", ":#${bean:fanOut?method=plan}", plan);
  }

  /** By the short form, which takes all or nothing. */
  List<Map<String, Object>> leaseAllRows(ClaimPlan plan) {
    return run(
        "fan-out/filter-by-subscriptions-and-lease-all", ":#${bean:fanOut?method=plan}", plan);
  }

  /** Fans out all, leasing nothing. */
  int fanOut() {
    int delivered = 0;
    while (true) {
      ClaimedBatch batch = fanOut(plan(0, 10));
      delivered += batch.delivered();
      if (batch.taken() == 0) {
        return delivered;
      }
    }
  }

  ClaimedBatch claim(ClaimPlan plan) {
    return ClaimedBatch.read(claimRows(plan));
  }

  List<Map<String, Object>> claimRows(ClaimPlan plan) {
    return run("claim/claim-due", ":#${bean:claim?method=plan}", plan);
  }

  List<ClaimedDelivery> claim(int free) {
    return claim(plan(free, 10)).deliveries();
  }

  private List<Map<String, Object>> run(String file, String parameter, ClaimPlan plan) {
    DataSource pool = database.senderPool();
    return new JdbcTemplate(pool)
        .query(SqlFile.read(file).replace(parameter, "?"), new ClaimedRowMapper(), plan.json());
  }

  /** Makes every lease run out; those of fan-out are found before the next claim, as by a node. */
  void expireLeases() {
    jdbc.sql("update changepost.lease set due_at = clock_timestamp() - interval '1 s'").update();
    lost.returnLost();
    jdbc.sql(
            "update changepost.delivery set due_at = clock_timestamp() - interval '1 s' where token is not null")
        .update();
  }

  /** Makes everything that is not leased due. */
  void becomeDue() {
    jdbc.sql(
            "update changepost.delivery set due_at = clock_timestamp() - interval '1 ms' where token is null")
        .update();
  }

  RecordedOutcome record(ClaimedDelivery delivery, Answer answer, Outcome outcome) {
    return outcomes.record(List.of(new AttemptOutcome(delivery, answer, outcome))).get(0);
  }

  RecordedOutcome deliver(ClaimedDelivery delivery) {
    return record(delivery, answer(200, false), new Outcome.Delivered());
  }

  RecordedOutcome retry(ClaimedDelivery delivery) {
    return record(delivery, answer(500, false), new Outcome.DueAgain(Duration.ofMinutes(1)));
  }

  RecordedOutcome fail(ClaimedDelivery delivery) {
    return record(
        delivery, answer(500, false), new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
  }

  static Answer answer(int status, boolean ours) {
    return new Answer(
        Instant.parse("2026-11-23T08:45:57.123456Z"),
        Duration.ofMillis(12),
        status,
        status < 300 ? null : "status " + status,
        ours,
        null,
        "answered");
  }

  int count(String from) {
    return jdbc.sql("select count(*) from changepost." + from).query(Integer.class).single();
  }

  <T> T one(String sql, Class<T> type) {
    return jdbc.sql(sql).query(type).single();
  }
}
