package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The short form of fan-out: what the full one makes where all can be leased, else nothing. */
class FanOutLeaseAllIT {

  private static final List<String> STARS = List.of("green", "gold", "black", "none");
  private static final List<String> OBJECTS =
      List.of("Company", "CompanyRelation", "CompanyRelationData", "Document", "Message");

  /** Of a company that nobody knows, with more than 16 MiB together. */
  private static final String LARGE =
      """
      insert into changepost.outbox (object, action, object_id, company_id, current, bytes, renamed)
      select 'Company', 'update', n::text, 0, to_json(repeat('x', 262000)), 262002, true from generate_series(1, 65) as n
      """;

  private static Fixture fixture;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @BeforeEach
  void clear() {
    fixture.clear();
  }

  static IntStream seeds() {
    return IntStream.range(0, 25);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void of_any_changes_it_makes_what_the_full_form_makes(int seed) {
    Random random = new Random(seed);
    List<Long> organizations = Stream.generate(fixture::organization).limit(6).toList();
    List<Long> companies = Stream.generate(fixture::company).limit(4).toList();
    for (long organization : organizations) {
      for (long company : companies) {
        if (random.nextInt(3) > 0) {
          fixture.star(organization, company, STARS.get(random.nextInt(4)));
        }
      }
    }
    List<Long> webhooks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      webhooks.add(fixture.webhook(any(random, organizations), subscriptions(random)));
    }
    fixture.set(
        webhooks.get(0), "status", "'inactive', inactive_reason = 'gone', inactive_since = now()");
    fixture.set(webhooks.get(1), "deleted_at", "now()");
    fixture.set(webhooks.get(2), "listens_after", "nextval('changepost.change_id') + 20");
    for (int i = 0; i < 40; i++) {
      String object = OBJECTS.get(random.nextInt(5));
      boolean isOwned = object.startsWith("CompanyRelation") || object.equals("Message");
      boolean isRelation = object.equals("CompanyRelation");
      fixture.change(
          object,
          "update",
          any(random, companies),
          isOwned || random.nextInt(4) == 0 ? any(random, organizations) : null,
          isRelation ? STARS.get(random.nextInt(4)) : null,
          isRelation ? STARS.get(random.nextInt(4)) : null);
    }
    ClaimPlan plan =
        plan(1_000, 1_000)
            .withSilent(1_000, 1_000, webhooks.subList(3, 6))
            .withinLimit(organizations.subList(0, 3));

    List<String> before = outbox();
    ClaimedBatch shortly = ClaimedBatch.read(fixture.leaseAllRows(plan));
    List<String> made = made();
    List<String> kept = kept();
    putBack(before);
    ClaimedBatch fully = ClaimedBatch.read(fixture.fanOutRows(plan(1_000, 1_000)));

    assertThat(shortly.taken()).isEqualTo(40).isEqualTo(fully.taken());
    assertThat(shortly.delivered()).isPositive().isEqualTo(fully.delivered());
    assertThat(shortly.after()).isEqualTo(fully.after());
    assertThat(shortly.contacts().moved())
        .containsExactlyInAnyOrderElementsOf(fully.contacts().moved());
    assertThat(told(shortly)).containsExactlyInAnyOrderElementsOf(told(fully));
    assertThat(made).containsExactlyInAnyOrderElementsOf(made());
    assertThat(kept).containsExactlyElementsOf(kept());
    assertThat(fixture.count("outbox")).isZero();
    assertThat(fixture.count("delivery")).isZero();
  }

  private static long any(Random random, List<Long> ids) {
    return ids.get(random.nextInt(ids.size()));
  }

  private static String[] subscriptions(Random random) {
    return OBJECTS.stream()
        .filter(object -> random.nextInt(3) > 0)
        .map(object -> object + "/update")
        .toArray(String[]::new);
  }

  /** Without salts, which are never the same. */
  private static List<List<Object>> told(ClaimedBatch batch) {
    return batch.deliveries().stream()
        .map(
            (ClaimedDelivery one) ->
                List.<Object>of(
                    one.id().changeId(),
                    one.id().webhookId(),
                    one.organizationId(),
                    one.round(),
                    one.number(),
                    one.changeAt(),
                    one.url(),
                    one.secrets(),
                    one.change(),
                    String.valueOf(one.judged())))
        .toList();
  }

  private static List<String> outbox() {
    return texts("select to_json(o)::text from changepost.outbox o order by id");
  }

  private static List<String> kept() {
    return texts("select to_json(c)::text from changepost.change c order by id");
  }

  private static List<String> made() {
    return texts(
        "select concat_ws(' ', change_id, webhook_id, change_at, star, contact_rank) from changepost.leased");
  }

  private static List<String> texts(String sql) {
    return fixture.jdbc.sql(sql).query(String.class).list();
  }

  private static void putBack(List<String> outbox) {
    fixture.jdbc.sql("truncate changepost.change, changepost.lease").update();
    for (String row : outbox) {
      fixture
          .jdbc
          .sql(
              "insert into changepost.outbox select * from json_populate_record(null::changepost.outbox, ?::json)")
          .param(row)
          .update();
    }
  }

  @Test
  void what_nobody_listens_to_is_kept_and_leased_to_nobody() {
    fixture.change("Company", "update", fixture.company(), null);
    ClaimedBatch batch = ClaimedBatch.read(fixture.leaseAllRows(plan(10, 10)));
    assertThat(batch.taken()).isOne();
    assertThat(batch.deliveries()).isEmpty();
    assertThat(fixture.count("change")).isOne();
    assertThat(fixture.count("lease")).isZero();
  }

  @Test
  void nothing_to_do_gives_no_row_at_all() {
    assertThat(fixture.leaseAllRows(plan(100, 10))).isEmpty();
  }

  @Test
  void whose_contacts_were_counted_is_told_and_whose_are_known_are_not_counted() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.webhook(organization, "Company/update");
    fixture.companyWith(organization, "gold");
    long company = fixture.companyWith(organization, "gold");
    fixture.change("Company", "update", company, null);
    assertThat(ClaimedBatch.read(fixture.leaseAllRows(limited(2))).contacts().within())
        .containsExactly(organization);

    fixture.change("Company", "update", company, null);
    ClaimedBatch trusted =
        ClaimedBatch.read(
            fixture.leaseAllRows(limited(1).withinLimit(List.of(1L, organization, 9_999_999L))));
    assertThat(trusted.taken()).isOne();
    assertThat(trusted.contacts()).isEqualTo(ClaimedBatch.Contacts.NONE);
  }

  private static ClaimPlan limited(int contacts) {
    return new ClaimPlan(
        1_000, 8_000_000, contacts, plan(0, 0).token(), Fixture.LEASE, 100, 10, Map.of());
  }

  /**
   * Something that only the full form decides: what is done to the webhook of ten changes, and the
   * plan.
   */
  private record Misfit(String name, Scenery scenery, UnaryOperator<ClaimPlan> plan) {

    @Override
    public String toString() {
      return name;
    }
  }

  @FunctionalInterface
  private interface Scenery {
    void make(long organization, long webhook);
  }

  static Stream<Misfit> misfits() {
    Scenery none = (organization, webhook) -> {};
    return Stream.of(
        new Misfit(
            "an ordered webhook",
            (organization, webhook) -> fixture.set(webhook, "ordered", "true"),
            plan -> plan),
        new Misfit(
            "a paused webhook",
            (organization, webhook) -> fixture.set(webhook, "paused", "true"),
            plan -> plan),
        new Misfit(
            "older messages wait",
            (organization, webhook) -> {
              fixture.updates(company(organization), 1);
              fixture.fanOut();
              fixture
                  .jdbc
                  .sql("update changepost.delivery set due_at = now() - interval '5 s'")
                  .update();
            },
            plan -> plan),
        new Misfit("more than the node has room for", none, plan -> plan(10, 10)),
        new Misfit("more than the webhook may have", none, plan -> plan(100, 9)),
        new Misfit(
            "more than the webhook may have beside what it has",
            none,
            plan -> plan(100, 10, Map.of(webhook() - 1, -9, webhook(), 1, webhook() + 9, -9))),
        new Misfit(
            "more than a webhook may have that does not answer",
            none,
            plan -> plan(100, 9).withSilent(100, 100, List.of(webhook() + 9)).withAhead(20)),
        new Misfit(
            "more than a webhook may have that answers",
            none,
            plan -> plan.withSilent(100, 100, List.of(webhook())).withAhead(9)),
        new Misfit(
            "more than webhooks that do not answer may have",
            none,
            plan -> plan.withSilent(10, 11, List.of())),
        new Misfit(
            "more than failing webhooks may have",
            none,
            plan -> plan.withSilent(11, 10, List.of())),
        new Misfit("more bytes than may be leased", none, plan -> bytes(43)),
        new Misfit(
            "more bytes than a statement takes, though nobody listens to them",
            (organization, webhook) -> fixture.jdbc.sql(LARGE).update(),
            plan -> bytes(8_000_000)),
        new Misfit(
            "contacts over the limit",
            (organization, webhook) -> fixture.companyWith(organization, "gold"),
            plan -> limited(1)),
        new Misfit(
            "contacts over the limit, known to be within before relations changed",
            (organization, webhook) -> {
              fixture.companyWith(organization, "gold");
              fixture.change(
                  "CompanyRelation", "update", company(organization), organization, "gold", null);
            },
            plan -> limited(1).withinLimit(List.of(organization()))),
        new Misfit(
            "delivery is paused",
            (organization, webhook) ->
                fixture
                    .jdbc
                    .sql(
                        "insert into changepost.setting (name, value) values ('delivery.paused', 'true')")
                    .update(),
            plan -> plan));
  }

  private static ClaimPlan bytes(long budget) {
    return new ClaimPlan(
        1_000, budget, 3_000, plan(0, 0).token(), Fixture.LEASE, 100, 10, Map.of());
  }

  /** Ten changes for the webhook, and one for another, with which nothing is the matter. */
  @ParameterizedTest
  @MethodSource("misfits")
  void where_there_is_something_to_decide_it_takes_nothing_and_says_so(Misfit misfit) {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long webhook = fixture.webhook(organization, "Company/update");
    try {
      misfit.scenery().make(organization, webhook);
      fixture.updates(company, 10);
      fixture.updates(other(), 1);
      long waiting = fixture.count("outbox");
      long kept = fixture.count("change");
      ClaimPlan plan = misfit.plan().apply(plan(100, 10));

      List<Map<String, Object>> rows = fixture.leaseAllRows(plan);

      assertThat(rows).singleElement().matches(row -> "batch".equals(row.get("kind")));
      ClaimedBatch batch = ClaimedBatch.read(rows);
      assertThat(batch.taken()).isZero();
      assertThat(batch.deliveries()).isEmpty();
      assertThat(batch.contacts()).isEqualTo(ClaimedBatch.Contacts.NONE);
      assertThat(fixture.count("outbox")).isEqualTo(waiting);
      assertThat(fixture.count("change")).isEqualTo(kept);
      assertThat(fixture.count("lease")).isZero();
      assertThat(fixture.fanOut(plan).taken()).as("by the other").isPositive();
    } finally {
      fixture.jdbc.sql("delete from changepost.setting where name = 'delivery.paused'").update();
    }
  }

  /** A company that another organization follows with a webhook. */
  private static long other() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    return fixture.companyWith(organization, "gold");
  }

  /** Plans under which ten of the webhook and one of the other just fit. */
  static Stream<UnaryOperator<ClaimPlan>> fits() {
    return Stream.of(
        plan -> plan,
        plan -> plan(11, 10),
        plan -> plan(100, 11, Map.of(webhook() - 1, 9, webhook(), 1, webhook() + 9, 9)),
        plan -> plan(100, 9, Map.of(webhook(), -1)),
        plan -> plan.withSilent(11, 11, List.of()),
        plan -> plan.withSilent(1, 1, List.of(webhook())),
        plan -> plan(100, 9).withSilent(1, 1, List.of(webhook())).withAhead(10),
        plan -> bytes(44),
        plan -> limited(1));
  }

  @ParameterizedTest
  @MethodSource("fits")
  void what_just_fits_is_leased(UnaryOperator<ClaimPlan> plan) {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 10);
    fixture.updates(other(), 1);
    ClaimedBatch batch = ClaimedBatch.read(fixture.leaseAllRows(plan.apply(plan(100, 10))));
    assertThat(batch.taken()).isEqualTo(11);
    assertThat(batch.deliveries()).hasSize(11);
  }

  private static long company(long organization) {
    return one(
        "select company_id from changepost.company_relation where organization_id = "
            + organization
            + " order by id limit 1");
  }

  private static long webhook() {
    return one("select min(id) from changepost.webhook");
  }

  private static long organization() {
    return one("select min(id) from changepost.organization");
  }

  private static long one(String sql) {
    return fixture.jdbc.sql(sql).query(Long.class).single();
  }
}
