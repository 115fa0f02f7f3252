package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimIT {

  private static Fixture fixture;

  private long organization;
  private long company;

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
    organization = fixture.organization();
    company = fixture.companyWith(organization, "gold");
  }

  @Test
  void second_worker_does_not_see_a_claimed_row() {
    waiting(1, 3);
    assertThat(fixture.claim(100)).hasSize(3);
    assertThat(fixture.claim(100)).isEmpty();
  }

  @Test
  void two_nodes_never_claim_the_same_row() throws Exception {
    waiting(20, 100);
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    List<Future<List<ClaimedDelivery>>> runs = new ArrayList<>();
    for (int node = 0; node < 4; node++) {
      runs.add(nodes.submit(ClaimIT::claimUntilNothingIsLeft));
    }
    Set<String> claimed = new HashSet<>();
    int all = 0;
    for (Future<List<ClaimedDelivery>> run : runs) {
      for (ClaimedDelivery delivery : run.get()) {
        claimed.add(delivery.id().text());
        all++;
      }
    }
    nodes.shutdown();
    assertThat(claimed).hasSize(2_000);
    assertThat(all).isEqualTo(2_000);
  }

  @Test
  void claims_the_oldest_due_first_and_nothing_before_it_is_due() {
    waiting(1, 3);
    fixture
        .jdbc
        .sql(
            """
            update changepost.delivery set due_at = clock_timestamp() + case object_id
              when '1' then interval '1 h' when '2' then interval '-1 s' else interval '-2 s' end
            from changepost.change c where c.id = change_id
            """)
        .update();
    assertThat(fixture.claim(1)).extracting(d -> d.change().objectId()).containsExactly("3");
    assertThat(fixture.claim(10)).extracting(d -> d.change().objectId()).containsExactly("2");
    assertThat(fixture.claim(10)).isEmpty();
  }

  @Test
  void a_webhook_gets_no_more_than_its_slots_less_those_it_holds() {
    List<Long> webhooks = waiting(2, 30);
    ClaimedBatch batch = fixture.claim(plan(100, 10, Map.of(webhooks.get(0), 4)));
    assertThat(of(batch, webhooks.get(0))).isEqualTo(6);
    assertThat(of(batch, webhooks.get(1))).isEqualTo(10);
  }

  @Test
  void slots_are_shared_evenly_among_webhooks() {
    List<Long> webhooks = waiting(4, 30);
    ClaimedBatch batch = fixture.claim(plan(8, 10));
    for (long webhook : webhooks) {
      assertThat(of(batch, webhook)).isEqualTo(2);
    }
  }

  @Test
  void where_there_are_more_webhooks_than_slots_each_gets_one_at_most() {
    waiting(6, 3);
    assertThat(fixture.claim(4))
        .extracting(delivery -> delivery.id().webhookId())
        .doesNotHaveDuplicates()
        .hasSize(4);
  }

  /** The parity of the token decides, and the tokens of these plans are consecutive. */
  @Test
  void of_webhooks_nobody_has_heard_of_the_one_that_waits_shortest_has_its_turn_too() {
    List<Long> webhooks = waiting(6, 1);
    theFirstWaitLongest();
    assertThat(servedByTwo(() -> plan(1, 10)))
        .containsExactlyInAnyOrder(webhooks.get(0), webhooks.get(5));
  }

  @Test
  void webhooks_that_answer_come_by_who_waits_longest_alone() {
    List<Long> webhooks = waiting(6, 1);
    theFirstWaitLongest();
    assertThat(servedByTwo(() -> plan(1, 10).withSilent(1, 1, webhooks)))
        .isEqualTo(webhooks.subList(0, 2));
  }

  /** One of two places is the answering one's, the other one's by turns. */
  @Test
  void the_one_that_waits_shortest_passes_where_others_fill_the_node() {
    List<Long> webhooks = waiting(6, 1);
    theFirstWaitLongest();
    List<Long> answering = webhooks.subList(0, 3);
    assertThat(servedByTwo(() -> plan(2, 10).withSilent(2, 2, answering)))
        .containsExactlyInAnyOrder(
            webhooks.get(0), webhooks.get(1), webhooks.get(3), webhooks.get(5));
  }

  /** The webhooks that two claims serve, those of the first claim first. */
  private List<Long> servedByTwo(Supplier<ClaimPlan> plan) {
    return Stream.generate(() -> fixture.claim(plan.get()))
        .limit(2)
        .flatMap(batch -> batch.deliveries().stream())
        .map(delivery -> delivery.id().webhookId())
        .toList();
  }

  private void theFirstWaitLongest() {
    fixture
        .jdbc
        .sql(
            """
            update changepost.delivery
            set due_at = due_at
              - (1 + (select max(webhook_id) from changepost.delivery) - webhook_id) * interval '1 s'""")
        .update();
  }

  @Test
  void webhooks_without_a_recent_answer_share_their_slots() {
    List<Long> webhooks = waiting(5, 30);
    long answering = webhooks.get(4);
    ClaimedBatch batch = fixture.claim(plan(20, 10).withSilent(4, 4, List.of(answering)));
    assertThat(of(batch, answering)).isEqualTo(10);
    assertThat(batch.deliveries()).hasSize(14);
  }

  @Test
  void a_webhook_that_answers_may_have_more_leased_than_others() {
    List<Long> webhooks = waiting(2, 30);
    long answering = webhooks.get(1);
    ClaimPlan plan =
        plan(100, 10, Map.of(webhooks.get(0), 4, answering, 4))
            .withSilent(50, 50, List.of(answering))
            .withAhead(25);
    ClaimedBatch batch = fixture.claim(plan);
    assertThat(of(batch, webhooks.get(0))).isEqualTo(6);
    assertThat(of(batch, answering)).isEqualTo(21);
  }

  @Test
  void something_that_is_due_is_told_also_where_nobody_has_room_for_it() {
    List<Long> webhooks = waiting(1, 3);
    ClaimedBatch full = fixture.claim(plan(100, 10, Map.of(webhooks.get(0), 10)));
    assertThat(full.deliveries()).isEmpty();
    assertThat(fixture.claimRows(plan(100, 10, Map.of(webhooks.get(0), 10)))).hasSize(1);
    assertThat(fixture.claim(plan(100, 10)).deliveries()).hasSize(3);
    assertThat(fixture.claimRows(plan(100, 10))).isEmpty();
  }

  @Test
  void of_very_many_webhooks_a_claim_looks_at_a_thousand_and_the_next_goes_on() {
    long other = fixture.organization();
    fixture.webhooks(other, 1_010, "Company", "update");
    fixture.updates(fixture.companyWith(other, "gold"), 1);
    fixture.fanOut();
    ClaimedBatch first = fixture.claim(plan(2_000, 10));
    assertThat(first.deliveries()).hasSize(1_000);
    assertThat(first.after()).isPositive();
    ClaimedBatch second = fixture.claim(plan(2_000, 10).goingOnAfter(first.after()));
    assertThat(second.deliveries()).hasSize(10);
    assertThat(second.after()).as("that was the end").isZero();
    // Leased as they are, all of them are still looked at.
    assertThat(fixture.claim(plan(2_000, 10)).after()).isEqualTo(first.after());
  }

  @Test
  void failing_webhooks_leave_room_for_one_that_nobody_has_heard_of() {
    List<Long> webhooks = waiting(6, 30);
    long unheard = webhooks.get(5);
    fixture
        .jdbc
        .sql("update changepost.webhook_health set failing_since = now() where webhook_id <> ?")
        .param(unheard)
        .update();
    ClaimedBatch batch = fixture.claim(plan(20, 2).withSilent(6, 3, List.of()));
    assertThat(of(batch, unheard)).isEqualTo(2);
    assertThat(batch.deliveries()).hasSize(5);
  }

  @Test
  void the_byte_budget_bounds_a_claim_but_never_to_nothing() {
    waiting(1, 10);
    fixture.jdbc.sql("update changepost.delivery set bytes = 1000").update();
    assertThat(
            fixture
                .claim(new ClaimPlan(100, 2_500, 3_000, 5, Fixture.LEASE, 10, 10, Map.of()))
                .deliveries())
        .hasSize(3);
    assertThat(
            fixture
                .claim(new ClaimPlan(100, 0, 3_000, 6, Fixture.LEASE, 10, 10, Map.of()))
                .deliveries())
        .hasSize(1);
  }

  @Test
  void paused_inactive_and_deleted_webhooks_are_passed_over() {
    List<Long> webhooks = waiting(4, 1);
    fixture.statuses.pause(organization, webhooks.get(0));
    fixture.statuses.deactivate(organization, webhooks.get(1), "by administrator");
    fixture.set(webhooks.get(2), "deleted_at", "now()");
    assertThat(fixture.claim(100))
        .extracting(d -> d.id().webhookId())
        .containsExactly(webhooks.get(3));
    fixture.statuses.resume(organization, webhooks.get(0));
    assertThat(fixture.claim(100))
        .extracting(d -> d.id().webhookId())
        .containsExactly(webhooks.get(0));
  }

  @Test
  void while_delivery_is_paused_nothing_is_leased_by_claim_or_fan_out() {
    DeliveryPause pause = new DeliveryPause(fixture.database.apiPool());
    waiting(1, 2);
    pause.pause();
    pause.pause();
    assertThat(fixture.claim(100)).isEmpty();
    fixture.change("Company", "update", company, null);
    ClaimedBatch batch = fixture.fanOut(plan(100, 10));
    assertThat(batch.delivered()).isOne();
    assertThat(batch.deliveries()).isEmpty();
    assertThat(new QueueReader(fixture.database.apiPool()).read().paused()).isTrue();
    pause.resume();
    assertThat(fixture.claim(100)).hasSize(3);
    assertThat(new QueueReader(fixture.database.apiPool()).read().paused()).isFalse();
  }

  @Test
  void a_lease_that_ran_out_is_claimed_again_with_no_attempt_used() {
    waiting(1, 1);
    ClaimedDelivery first = fixture.claim(10).get(0);
    fixture.expireLeases();
    ClaimedDelivery second = fixture.claim(10).get(0);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.number()).isOne();
    assertThat(second.token()).isNotEqualTo(first.token());
  }

  @Test
  void the_third_lost_lease_ends_a_delivery_as_worker_lost() {
    waiting(1, 2);
    for (int i = 0; i < 3; i++) {
      ClaimedBatch claimed = fixture.claim(plan(10, 10));
      assertThat(claimed.deliveries()).hasSize(2);
      assertThat(claimed.lostLeases()).isEqualTo(i == 0 ? 0 : 2);
      fixture.expireLeases();
    }
    ClaimedBatch batch = fixture.claim(plan(10, 10));
    assertThat(batch.deliveries()).isEmpty();
    assertThat(batch.workerLost()).isEqualTo(2);
    assertThat(batch.lostLeases()).isEqualTo(2);
    assertThat(fixture.count("delivery")).isZero();
    assertThat(fixture.count("delivery_log where state = 'failed' and reason = 'worker lost'"))
        .isEqualTo(2);
  }

  @Test
  void a_known_outcome_forgets_lost_leases() {
    waiting(1, 1);
    fixture.claim(10);
    fixture.expireLeases();
    fixture.retry(fixture.claim(10).get(0));
    assertThat(fixture.one("select lost_leases from changepost.delivery", Integer.class)).isZero();
  }

  @Test
  void released_claims_are_due_at_once_with_no_attempt_used() {
    waiting(1, 3);
    List<ClaimedDelivery> claims = fixture.claim(10);
    fixture.deliver(claims.get(0));
    assertThat(fixture.outcomes.release(claims)).isEqualTo(2);
    assertThat(fixture.claim(10)).hasSize(2).allMatch(delivery -> delivery.number() == 1);
    assertThat(fixture.count("delivery where lost_leases > 0")).isZero();
  }

  @Test
  void an_ordered_webhook_sends_one_message_of_an_object_at_a_time_in_order() {
    long webhook = orderedWebhook();
    for (int i = 0; i < 3; i++) {
      fixture.change("Company", "update", company, null);
    }
    fixture.fanOut();
    List<Long> order = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      List<ClaimedDelivery> claimed = fixture.claim(10);
      assertThat(claimed).hasSize(1);
      assertThat(fixture.claim(10)).isEmpty();
      order.add(claimed.get(0).id().changeId());
      fixture.deliver(claimed.get(0));
    }
    assertThat(order).hasSize(3).isSorted();
    assertThat(fixture.count("delivery where webhook_id = " + webhook)).isZero();
  }

  @Test
  void a_failing_head_holds_back_its_own_object_only() {
    orderedWebhook();
    fixture.updates(company, 2);
    fixture.fanOut();
    ClaimedDelivery head = fixture.claim(1).get(0);
    fixture.retry(head);
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.outbox (object, action, object_id, company_id, bytes, renamed)
            values ('Company', 'update', :id, :company, 0, true)
            """)
        .param("id", head.change().objectId())
        .param("company", company)
        .update();
    fixture.fanOut();
    assertThat(fixture.claim(10))
        .singleElement()
        .matches(other -> !other.change().objectId().equals(head.change().objectId()));
    fixture.becomeDue();
    ClaimedDelivery again = fixture.claim(10).get(0);
    assertThat(again.id()).isEqualTo(head.id());
    fixture.fail(again);
    assertThat(fixture.claim(10))
        .singleElement()
        .matches(next -> next.change().objectId().equals(head.change().objectId()));
  }

  @Test
  void a_long_queue_behind_one_head_does_not_hide_the_next_head() {
    orderedWebhook();
    for (int i = 0; i < 1_200; i++) {
      fixture.change("Company", "update", company, null);
    }
    fixture.fanOut();
    List<Long> order = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      List<ClaimedDelivery> claimed = fixture.claim(10);
      assertThat(claimed).hasSize(1);
      order.add(claimed.get(0).id().changeId());
      fixture.deliver(claimed.get(0));
    }
    assertThat(order).isSorted();
  }

  private long orderedWebhook() {
    long webhook = fixture.webhook(organization, "Company/update");
    fixture.set(webhook, "ordered", "true");
    return webhook;
  }

  private List<Long> waiting(int webhooks, int deliveries) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < webhooks; i++) {
      ids.add(fixture.webhook(organization, "Company/update"));
    }
    fixture.updates(company, deliveries);
    fixture.fanOut();
    return ids;
  }

  private static long of(ClaimedBatch batch, long webhook) {
    return batch.deliveries().stream().filter(d -> d.id().webhookId() == webhook).count();
  }

  private static List<ClaimedDelivery> claimUntilNothingIsLeft() {
    List<ClaimedDelivery> claimed = new ArrayList<>();
    int misses = 0;
    while (misses < 20) {
      List<ClaimedDelivery> batch = fixture.claim(37);
      misses = batch.isEmpty() ? misses + 1 : 0;
      claimed.addAll(batch);
    }
    return claimed;
  }
}
