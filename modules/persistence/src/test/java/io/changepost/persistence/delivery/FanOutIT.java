package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FanOutIT {

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

  @ParameterizedTest
  @CsvSource({"green,1", "gold,1", "black,1", "none,0"})
  void a_company_is_told_to_those_who_starred_it(String star, int told) {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, star);
    fixture.webhook(organization, "Company/update");
    fixture.change("Company", "update", company, null);
    assertThat(fixture.fanOut()).isEqualTo(told);
    assertThat(fixture.count("change")).isOne();
    assertThat(fixture.count("outbox")).isZero();
  }

  @Test
  void a_company_is_told_to_every_organization_and_webhook_that_asked_and_to_no_other() {
    long company = fixture.company();
    long first = fixture.organization();
    long second = fixture.organization();
    long stranger = fixture.organization();
    fixture.star(first, company, "gold");
    fixture.star(second, company, "green");
    List<Long> told =
        List.of(
            fixture.webhook(first, "Company/update", "Document/create"),
            fixture.webhook(first, "Company/update"),
            fixture.webhook(second, "Company/update"));
    fixture.webhook(first, "Company/create", "Document/update");
    fixture.webhook(stranger, "Company/update");
    fixture.change("Company", "update", company, null);
    fixture.fanOut();
    assertThat(receivers()).containsExactlyElementsOf(told);
  }

  @Test
  void an_organization_given_with_a_company_or_document_narrows_to_it() {
    long company = fixture.company();
    long first = fixture.organization();
    long second = fixture.organization();
    fixture.star(first, company, "gold");
    fixture.star(second, company, "gold");
    fixture.webhook(first, "Document/create");
    long told = fixture.webhook(second, "Document/create");
    fixture.change("Document", "create", company, second);
    fixture.fanOut();
    assertThat(receivers()).containsExactly(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CompanyRelationData", "Message"})
  void what_belongs_to_one_organization_is_told_to_it_alone_and_only_with_a_star(String object) {
    long company = fixture.company();
    long owner = fixture.organization();
    long other = fixture.organization();
    fixture.star(owner, company, "black");
    fixture.star(other, company, "gold");
    long told = fixture.webhook(owner, object + "/create");
    fixture.webhook(other, object + "/create");
    fixture.change(object, "create", company, owner);
    fixture.change(object, "create", company, null);
    fixture.fanOut();
    assertThat(receivers()).containsExactly(told);
    fixture.star(owner, company, "none");
    fixture.change(object, "create", company, owner);
    fixture.fanOut();
    assertThat(receivers()).containsExactly(told);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"gold,-,1", "-,gold,1", "none,black,1", "green,none,1", "none,none,0", "-,-,0"})
  void a_relation_counts_when_either_side_of_it_has_a_star(
      String star, String previousStar, int told) {
    long owner = fixture.organization();
    long other = fixture.organization();
    long company = fixture.company();
    fixture.star(other, company, "gold");
    fixture.webhook(owner, "CompanyRelation/update");
    fixture.webhook(other, "CompanyRelation/update");
    fixture.change("CompanyRelation", "update", company, owner, star, previousStar);
    assertThat(fixture.fanOut()).isEqualTo(told);
  }

  @Test
  void a_relation_of_nobody_is_told_to_nobody() {
    long owner = fixture.organization();
    fixture.webhook(owner, "CompanyRelation/update");
    fixture.change("CompanyRelation", "update", fixture.company(), null, "gold", null);
    assertThat(fixture.fanOut()).isZero();
  }

  @Test
  void a_change_of_an_unknown_company_is_kept_and_told_to_nobody() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update", "Message/create");
    fixture.change("Company", "update", null, null);
    fixture.change("Message", "create", 99L, organization);
    assertThat(fixture.fanOut()).isZero();
    assertThat(fixture.count("change")).isEqualTo(2);
  }

  @Test
  void inactive_deleted_and_later_webhooks_are_not_told_but_paused_ones_are() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long inactive = fixture.webhook(organization, "Company/update");
    fixture.statuses.deactivate(organization, inactive, "by administrator");
    long deleted = fixture.webhook(organization, "Company/update");
    fixture.set(deleted, "deleted_at", "now()");
    long paused = fixture.webhook(organization, "Company/update");
    fixture.statuses.pause(organization, paused);
    fixture.change("Company", "update", company, null);
    fixture.webhook(organization, "Company/update");
    fixture.fanOut(plan(100, 10));
    assertThat(receivers()).containsExactly(paused);
    assertThat(fixture.count("leased")).isZero();
  }

  @Test
  void a_backward_step_of_the_clock_loses_no_change() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long made = fixture.webhook(organization, "Company/update");
    long activated = fixture.webhook(organization, "Company/update");
    fixture.statuses.deactivate(organization, activated, "by administrator");
    fixture.statuses.activate(organization, activated);
    fixture.change("Company", "update", company, null);
    fixture
        .jdbc
        .sql("update changepost.outbox set captured_at = captured_at - interval '1 hour'")
        .update();
    fixture.fanOut();
    assertThat(receivers()).containsExactly(made, activated);
  }

  @Test
  void a_forward_step_of_the_clock_sends_nothing_from_before() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.change("Company", "update", company, null);
    fixture
        .jdbc
        .sql("update changepost.outbox set captured_at = captured_at + interval '1 hour'")
        .update();
    fixture.webhook(organization, "Company/update");
    fixture.fanOut();
    assertThat(receivers()).isEmpty();
  }

  @Test
  void what_is_captured_after_a_webhook_was_answered_is_told_whatever_commits_when()
      throws Exception {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    DataSource pool = fixture.database.apiPool();
    try (Connection host = pool.getConnection();
        Connection maker = pool.getConnection()) {
      host.setAutoCommit(false);
      maker.setAutoCommit(false);
      insertChange(host, company, "before");
      long webhook = insertWebhook(maker, organization);
      insertChange(host, company, "while it is made");
      fixture.fanOut();
      maker.commit();
      insertChange(host, company, "after");
      fixture.change("Company", "update", company, null);
      fixture.fanOut();
      host.commit();
      fixture.fanOut();
      assertThat(
              fixture
                  .jdbc
                  .sql(
                      "select c.object_id from changepost.delivery d join changepost.change c on c.id = d.change_id"
                          + " where d.webhook_id = ? order by c.id")
                  .param(webhook)
                  .query(String.class)
                  .list())
          .containsExactly("while it is made", "after", "4711");
    }
  }

  @Test
  void what_was_activated_by_the_release_before_listens_from_then_on() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long webhook = fixture.webhook(organization, "Company/update");
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.change("Company", "update", company, null);
    fixture
        .jdbc
        .sql(
            "update changepost.webhook set status = 'active', inactive_reason = null, inactive_since = null,"
                + " listens_from = clock_timestamp() where id = ?")
        .param(webhook)
        .update();
    fixture.fanOut();
    assertThat(receivers()).isEmpty();
    fixture.change("Company", "update", company, null);
    fixture.fanOut();
    assertThat(receivers()).containsExactly(webhook);
  }

  @Test
  void past_the_contact_limit_those_starred_first_go_on_being_told() {
    long organization = fixture.organization();
    long webhook = fixture.webhook(organization, "Company/update", "CompanyRelation/update");
    long other = fixture.organization();
    fixture.webhook(other, "Company/update");
    List<Long> companies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      companies.add(fixture.companyWith(organization, "gold"));
    }
    // All at the same time, as a bulk import has them: then the relation's id decides.
    fixture
        .jdbc
        .sql(
            "update changepost.company_relation set starred_at = '2026-01-01' where star <> 'none'")
        .update();
    fixture.star(other, companies.get(4), "gold");
    companies.forEach(company -> fixture.change("Company", "update", company, null));
    ClaimPlan limit3 = new ClaimPlan(1_000, 8_000_000, 3, 1, Fixture.LEASE, 0, 10, Map.of());
    ClaimedBatch batch = fixture.fanOut(limit3);
    assertThat(batch.delivered()).isEqualTo(4);
    assertThat(
            fixture
                .jdbc
                .sql(
                    "select contact_rank from changepost.delivery where webhook_id = ? order by change_id")
                .param(webhook)
                .query(Integer.class)
                .list())
        .containsExactly(1, 2, 3);
  }

  @Test
  void contacts_are_not_counted_for_whom_it_was_done_a_moment_ago() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.companyWith(organization, "gold");
    long past = fixture.companyWith(organization, "gold");
    ClaimPlan limit1 = new ClaimPlan(1_000, 8_000_000, 1, 1, Fixture.LEASE, 0, 10, Map.of());
    fixture.change("Company", "update", past, null);
    assertThat(fixture.fanOut(limit1).delivered()).isZero();

    fixture.change("Company", "update", past, null);
    ClaimedBatch trusted = fixture.fanOut(limit1.withinLimit(List.of(organization)));
    assertThat(trusted.delivered()).isEqualTo(1);
    assertThat(trusted.contacts()).isEqualTo(ClaimedBatch.Contacts.NONE);

    // Not where a relation of theirs is among the changes, whether or not anybody listens to it.
    fixture.change("Company", "update", past, null);
    relationChanged(past);
    ClaimedBatch counted = fixture.fanOut(limit1.withinLimit(List.of(organization)));
    assertThat(counted.delivered()).isZero();
    assertThat(counted.contacts().within()).isEmpty();
    assertThat(counted.contacts().moved()).containsExactly(organization);
  }

  @Test
  void whose_contacts_were_counted_and_are_within_the_limit_is_told() {
    long many = fixture.organization();
    long few = fixture.organization();
    fixture.webhook(many, "Company/update");
    fixture.webhook(few, "Company/update");
    long company = fixture.companyWith(few, "gold");
    fixture.star(many, company, "gold");
    fixture.companyWith(many, "gold");
    fixture.change("Company", "update", company, null);

    ClaimedBatch batch =
        fixture.fanOut(new ClaimPlan(1_000, 8_000_000, 1, 1, Fixture.LEASE, 0, 10, Map.of()));

    assertThat(batch.delivered()).isEqualTo(2);
    assertThat(batch.contacts()).isEqualTo(new ClaimedBatch.Contacts(List.of(few), List.of()));

    fixture.change("Company", "update", company, null);
    ClaimedBatch next =
        fixture.fanOut(
            new ClaimPlan(1_000, 8_000_000, 1, 1, Fixture.LEASE, 0, 10, Map.of())
                .withinLimit(List.of(few)));
    assertThat(next.delivered()).as("one is known, the other is counted").isEqualTo(2);
    assertThat(next.contacts()).isEqualTo(ClaimedBatch.Contacts.NONE);
  }

  private void relationChanged(long company) {
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.outbox (object, action, object_id, company_id, organization_id, star,
              starred_at, bytes, renamed)
            select 'CompanyRelation', 'update', r.id::text, r.company_id, r.organization_id, r.star,
              r.starred_at, 0, true
            from changepost.company_relation r where r.company_id = ?
            """)
        .param(company)
        .update();
  }

  @Test
  void a_relation_past_the_limit_is_not_told_and_one_within_is() {
    long organization = fixture.organization();
    fixture.webhook(organization, "CompanyRelation/update");
    long within = fixture.companyWith(organization, "gold");
    fixture.companyWith(organization, "gold");
    long past = fixture.companyWith(organization, "gold");
    relationChanged(within);
    relationChanged(past);
    ClaimedBatch batch =
        fixture.fanOut(new ClaimPlan(1_000, 8_000_000, 2, 1, Fixture.LEASE, 10, 10, Map.of()));
    assertThat(batch.taken()).isEqualTo(2);
    assertThat(batch.deliveries())
        .singleElement()
        .satisfies(
            delivery ->
                assertThat(
                        fixture.one(
                            "select company_id from changepost.change where id = "
                                + delivery.id().changeId(),
                            Long.class))
                    .isEqualTo(within));
  }

  @Test
  void a_leased_row_has_all_that_an_attempt_needs() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long webhook = fixture.webhook(organization, "Company/update");
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.webhook_secret (webhook_id, kind, sealed, valid_until)
            values (?, 'hmac', '\\x01', now() + interval '1 h'), (?, 'hmac', '\\x02', now() - interval '1 h')
            """)
        .params(webhook, webhook)
        .update();
    fixture.set(webhook, "headers", "decode(repeat('ff', 90), 'hex')");
    long change = fixture.change("Company", "update", company, null);
    ClaimPlan plan = plan(10, 10);
    ClaimedBatch batch = fixture.fanOut(plan);
    assertThat(batch.taken()).isOne();
    assertThat(batch.delivered()).isOne();
    assertThat(batch.leased()).isOne();
    ClaimedDelivery delivery = batch.deliveries().get(0);
    assertThat(delivery.id().changeId()).isEqualTo(change);
    assertThat(delivery.id().webhookId()).isEqualTo(webhook);
    assertThat(delivery.organizationId()).isEqualTo(organization);
    assertThat(delivery.round()).isOne();
    assertThat(delivery.number()).isOne();
    assertThat(delivery.token()).isEqualTo(plan.token());
    assertThat(delivery.leaseMillis()).isEqualTo(Fixture.LEASE);
    assertThat(delivery.url()).isEqualTo("https://example.org/" + organization);
    assertThat(delivery.headers()).doesNotContain("\n").hasSize(120);
    assertThat(delivery.secrets()).containsExactly("hmac:q80=", "hmac:AQ==");
    assertThat(delivery.change().current()).isEqualTo("{\"name\": \"new\"}");
    assertThat(delivery.change().previous()).isEqualTo("{\"name\": \"old\"}");
    assertThat(delivery.change().renamed()).isTrue();
    assertThat(delivery.change().objectId()).isEqualTo("4711");
    assertThat(delivery.claimedAt()).isAfterOrEqualTo(delivery.changeAt());
  }

  @Test
  void every_delivery_has_a_salt_of_its_own() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.updates(fixture.companyWith(organization, "gold"), 200);
    fixture.fanOut();
    assertThat(fixture.one("select count(distinct salt) from changepost.delivery", Integer.class))
        .isEqualTo(200);
  }

  @Test
  void no_more_is_leased_than_free_slots_of_node_and_webhook_allow() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long first = fixture.webhook(organization, "Company/update");
    long second = fixture.webhook(organization, "Company/update");
    fixture.updates(company, 50);
    ClaimedBatch batch = fixture.fanOut(plan(15, 10, Map.of(first, 7)));
    assertThat(batch.delivered()).isEqualTo(100);
    assertThat(batch.deliveries()).hasSize(13);
    assertThat(batch.deliveries().stream().filter(d -> d.id().webhookId() == first)).hasSize(3);
    assertThat(batch.deliveries().stream().filter(d -> d.id().webhookId() == second)).hasSize(10);
    assertThat(fixture.count("leased")).isEqualTo(13);
    assertThat(fixture.count("delivery where token is null")).isEqualTo(87);
  }

  @Test
  void webhooks_without_a_recent_answer_share_their_slots() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long answering = fixture.webhook(organization, "Company/update");
    fixture.webhook(organization, "Company/update");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 20);
    ClaimedBatch batch = fixture.fanOut(plan(100, 10).withSilent(4, 4, List.of(answering)));
    assertThat(batch.deliveries().stream().filter(d -> d.id().webhookId() == answering))
        .hasSize(10);
    assertThat(batch.deliveries()).hasSize(14);
  }

  @Test
  void a_webhook_that_answers_may_have_more_leased_than_others() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    long answering = fixture.webhook(organization, "Company/update");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 30);
    ClaimPlan plan =
        plan(100, 10, Map.of(answering, 4)).withSilent(50, 50, List.of(answering)).withAhead(25);
    ClaimedBatch batch = fixture.fanOut(plan);
    assertThat(batch.deliveries().stream().filter(d -> d.id().webhookId() == answering))
        .hasSize(21);
    assertThat(batch.deliveries()).hasSize(31);
  }

  @Test
  void the_byte_budget_bounds_what_is_leased_but_never_to_nothing() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.updates(fixture.companyWith(organization, "gold"), 20);
    fixture.jdbc.sql("update changepost.outbox set bytes = 1000").update();
    ClaimedBatch batch =
        fixture.fanOut(new ClaimPlan(100, 2_500, 3_000, 5, Fixture.LEASE, 10, 10, Map.of()));
    assertThat(batch.deliveries()).hasSize(3);
    fixture.clear();
    organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.updates(fixture.companyWith(organization, "gold"), 20);
    batch = fixture.fanOut(new ClaimPlan(100, 0, 3_000, 5, Fixture.LEASE, 10, 10, Map.of()));
    assertThat(batch.deliveries()).hasSize(1);
  }

  @Test
  void an_ordered_webhook_is_never_leased_to_here() {
    long organization = fixture.organization();
    long webhook = fixture.webhook(organization, "Company/update");
    fixture.set(webhook, "ordered", "true");
    fixture.updates(fixture.companyWith(organization, "gold"), 5);
    assertThat(fixture.fanOut(plan(100, 10)).deliveries()).isEmpty();
    assertThat(fixture.count("delivery where ordering_key is not null")).isEqualTo(5);
  }

  @Test
  void new_changes_do_not_overtake_what_waits_longer() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 5);
    fixture.fanOut();
    fixture.jdbc.sql("update changepost.delivery set due_at = due_at - interval '2 s'").update();
    fixture.updates(company, 5);
    assertThat(fixture.fanOut(plan(100, 10)).deliveries()).isEmpty();
    assertThat(fixture.claim(100)).hasSize(10);
  }

  @Test
  void changes_for_very_many_webhooks_are_cut_between_changes() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhooks(organization, 1_500, "Company", "update");
    fixture.updates(company, 30);
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(13);
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(13);
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(4);
    assertThat(fixture.count("delivery")).isEqualTo(30 * 1_500);
  }

  @Test
  void a_change_for_more_webhooks_than_a_statement_holds_is_taken_alone_and_whole() {
    long organization = fixture.organization();
    long other = fixture.companyWith(fixture.organization(), "gold");
    long company = fixture.companyWith(organization, "gold");
    fixture.webhooks(organization, 20_500, "Company", "update");
    fixture.updates(other, 2);
    fixture.updates(company, 2);
    fixture.updates(other, 1);
    ClaimedBatch first = fixture.fanOut(plan(10, 10));
    assertThat(first.taken()).as("two for nobody, one for very many").isEqualTo(3);
    assertThat(first.delivered()).isEqualTo(20_500);
    assertThat(first.deliveries()).hasSize(10);
    assertThat(fixture.fanOut(plan(0, 10)).delivered()).isEqualTo(20_500);
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(1);
    assertThat(fixture.count("change")).isEqualTo(5);
  }

  @Test
  void changes_with_much_text_are_cut_after_16_mib() {
    long organization = fixture.organization();
    fixture.webhook(organization, "Company/update");
    fixture.updates(fixture.companyWith(organization, "gold"), 10);
    fixture.jdbc.sql("update changepost.outbox set bytes = 5 * 1048576").update();
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(4);
    fixture.jdbc.sql("update changepost.outbox set bytes = 50 * 1048576").update();
    assertThat(fixture.fanOut(plan(0, 10)).taken()).isEqualTo(1);
  }

  @Test
  void nothing_to_do_gives_no_row_at_all() {
    assertThat(fixture.fanOutRows(plan(100, 10))).isEmpty();
  }

  @Test
  void two_nodes_at_once_take_every_change_once() throws Exception {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 6_000);
    ExecutorService nodes = Executors.newFixedThreadPool(2);
    List<Future<Integer>> runs = new ArrayList<>();
    for (int node = 0; node < 2; node++) {
      runs.add(nodes.submit(() -> fixture.fanOut()));
    }
    int delivered = 0;
    for (Future<Integer> run : runs) {
      delivered += run.get();
    }
    nodes.shutdown();
    // A node that found all rows locked stopped early; nothing may be left behind by both.
    delivered += fixture.fanOut();
    assertThat(delivered).isEqualTo(6_000);
    assertThat(fixture.count("delivery")).isEqualTo(6_000);
    assertThat(fixture.count("change")).isEqualTo(6_000);
  }

  @Test
  void takes_what_comes_after_the_change_it_is_told_and_tells_the_last() {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhook(organization, "Company/update");
    long first = fixture.change("Company", "update", company, null);
    long second = fixture.change("Company", "update", company, null);
    long third = fixture.change("Company", "update", company, null);
    ClaimedBatch later = fixture.fanOut(plan(100, 10).goingOnAfter(first));
    assertThat(later.taken()).isEqualTo(2);
    assertThat(later.after()).isEqualTo(third).isGreaterThan(second);
    ClaimedBatch rest = fixture.fanOut(plan(100, 10));
    assertThat(rest.taken()).isOne();
    assertThat(rest.after()).isEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void a_failure_leaves_all_of_it_undone(int free) {
    long organization = fixture.organization();
    long company = fixture.companyWith(organization, "gold");
    fixture.webhook(organization, "Company/update");
    fixture.updates(company, 10);
    fixture
        .jdbc
        .sql(
            """
            alter table changepost.delivery add constraint broken check (change_id % 7 <> 0);
            alter table changepost.lease add constraint broken check (open = 0)""")
        .update();
    try {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> fixture.fanOut(plan(free, 10)))
          .hasMessageContaining("broken");
      assertThat(fixture.count("outbox")).isEqualTo(10);
      assertThat(fixture.count("change")).isZero();
      assertThat(fixture.count("delivery") + fixture.count("lease")).isZero();
    } finally {
      fixture
          .jdbc
          .sql(
              """
              alter table changepost.delivery drop constraint broken;
              alter table changepost.lease drop constraint broken""")
          .update();
    }
    assertThat(fixture.fanOut()).isEqualTo(10);
  }

  private static void insertChange(Connection connection, long company, String objectId)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into changepost.outbox (object, action, object_id, company_id, current, bytes, renamed)"
                + " values ('Company', 'update', ?, ?, '{}', 2, true)")) {
      insert.setString(1, objectId);
      insert.setLong(2, company);
      insert.execute();
    }
  }

  private static long insertWebhook(Connection connection, long organization) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "with w as (insert into changepost.webhook (organization_id, url) values (?, 'https://e.org/') returning id)"
                + " insert into changepost.subscription select id, 'Company', 'update' from w returning webhook_id")) {
      insert.setLong(1, organization);
      try (ResultSet made = insert.executeQuery()) {
        made.next();
        return made.getLong(1);
      }
    }
  }

  private static List<Long> receivers() {
    return fixture
        .jdbc
        .sql("select webhook_id from changepost.delivery order by webhook_id")
        .query(Long.class)
        .list();
  }
}
