package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReplayIT {

  private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

  private static Fixture fixture;
  private static ReplayStore replays;

  private long organization;
  private long company;
  private long webhook;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
    replays = new ReplayStore(fixture.database.apiPool(), 3_000);
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
    webhook = fixture.webhook(organization, "Company/update", "CompanyRelation/update");
  }

  @Test
  void failed_ones_start_a_new_round_under_the_same_id() {
    ClaimedDelivery failed = oneFailedAndOneDelivered();
    assertThat(replay(Which.FAILED)).isEqualTo(1);
    ClaimedDelivery again = fixture.claim(10).get(0);
    assertThat(again.id()).isEqualTo(failed.id());
    assertThat(again.round()).isEqualTo(2);
    assertThat(again.number()).isOne();
    fixture.deliver(again);
    assertThat(fixture.count("delivery_log where state = 'delivered'")).isEqualTo(2);
    assertThat(fixture.count("every_attempt where change_id = " + failed.id().changeId()))
        .isEqualTo(2);
    assertThat(replay(Which.FAILED)).isZero();
  }

  @Test
  void missed_are_matching_changes_without_a_delivery() {
    ClaimedDelivery delivered = oneFailedAndOneDelivered();
    long young = fixture.webhook(organization, "Company/update");
    fixture.change("Document", "create", company, null);
    fixture.change("Company", "update", fixture.company(), null);
    fixture.change("Company", "update", company, fixture.organization());
    fixture.fanOut();
    assertThat(replay(young, Which.MISSED)).isEqualTo(2);
    assertThat(replay(young, Which.MISSED)).isZero();
    assertThat(replay(webhook, Which.MISSED)).isZero();
    assertThat(fixture.claim(10)).hasSize(2).allMatch(d -> d.round() == 1);
    assertThat(delivered.round()).isOne();
  }

  @Test
  void changes_while_inactive_are_missed_and_can_be_had() {
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.updates(company, 3);
    fixture.fanOut();
    assertThat(replays.replay(organization, webhook, LONG_AGO, null, Which.MISSED))
        .isInstanceOf(ReplayResult.WebhookInactive.class);
    fixture.statuses.activate(organization, webhook);
    assertThat(replay(Which.MISSED)).isEqualTo(3);
  }

  @Test
  void what_is_still_on_its_way_to_fan_out_is_waited_for() throws Exception {
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.updates(company, 3);
    fixture.statuses.activate(organization, webhook);
    ExecutorService caller = Executors.newSingleThreadExecutor();
    Future<Integer> call = caller.submit(() -> replay(Which.MISSED));
    assertThat(fixture.fanOut()).isZero();
    assertThat(call.get()).isEqualTo(3);
    caller.shutdown();
  }

  @Test
  void what_is_captured_after_the_call_is_not_waited_for_whatever_until_says() {
    fixture.updates(company, 1);
    fixture
        .jdbc
        .sql("update changepost.outbox set captured_at = clock_timestamp() + interval '1 hour'")
        .update();
    Instant inAYear = Instant.now().plus(Duration.ofDays(365));

    CompletableFuture<ReplayResult> call =
        CompletableFuture.supplyAsync(
            () -> replays.replay(organization, webhook, LONG_AGO, inAYear, Which.MISSED));

    assertThat(call).succeedsWithin(Duration.ofSeconds(4)).isEqualTo(new ReplayResult.Replayed(0));
  }

  @Test
  void missed_judges_relations_as_they_are_now_and_by_the_rules_of_fan_out() {
    long ended = fixture.companyWith(organization, "gold");
    long begun = fixture.company();
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.change("Company", "update", ended, null);
    fixture.change("Company", "update", begun, null);
    fixture.change("CompanyRelation", "update", ended, organization, "none", "gold");
    fixture.change("CompanyRelation", "update", ended, null, "none", "gold");
    fixture.fanOut();
    fixture.statuses.activate(organization, webhook);
    fixture.star(organization, ended, "none");
    fixture.star(organization, begun, "green");
    assertThat(replay(Which.MISSED)).isEqualTo(2);
    assertThat(fixture.claim(10))
        .extracting(d -> d.change().object())
        .containsExactlyInAnyOrder("Company", "CompanyRelation");
  }

  @Test
  void missed_keeps_the_contact_limit() {
    long past = fixture.companyWith(organization, "gold");
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.change("Company", "update", company, null);
    fixture.change("Company", "update", past, null);
    fixture.fanOut();
    fixture.statuses.activate(organization, webhook);
    ReplayStore limited = new ReplayStore(fixture.database.apiPool(), 1);
    assertThat(limited.replay(organization, webhook, LONG_AGO, null, Which.MISSED))
        .isEqualTo(new ReplayResult.Replayed(1));
  }

  @Test
  void all_takes_failed_delivered_and_missed_but_leaves_what_waits() {
    oneFailedAndOneDelivered();
    fixture.updates(company, 1);
    fixture.fanOut();
    fixture
        .jdbc
        .sql("delete from changepost.delivery where webhook_id = ?")
        .param(webhook)
        .update();
    fixture.updates(company, 2);
    fixture.fanOut();
    assertThat(replay(Which.ALL)).isEqualTo(3);
    assertThat(fixture.count("delivery")).isEqualTo(5);
    assertThat(fixture.count("delivery where round = 2")).isEqualTo(2);
    assertThat(fixture.count("delivery_log")).isZero();
  }

  @Test
  void since_and_until_are_times_of_capture() {
    fixture.updates(company, 3);
    fixture
        .jdbc
        .sql(
            "update changepost.outbox set captured_at = clock_timestamp() - object_id::int * interval '10 min'")
        .update();
    fixture.fanOut();
    fixture.claim(10).forEach(fixture::fail);
    Instant now = Instant.now();
    assertThat(
            replays.replay(
                organization,
                webhook,
                now.minusSeconds(25 * 60),
                now.minusSeconds(15 * 60),
                Which.FAILED))
        .isEqualTo(new ReplayResult.Replayed(1));
  }

  @Test
  void large_amounts_go_in_steps() {
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.updates(company, 12_000);
    fixture.fanOut();
    fixture.statuses.activate(organization, webhook);
    assertThat(replay(Which.MISSED)).isEqualTo(12_000);
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    while (fixture.statuses.endWaiting(5_000) > 0) {
      // until nothing waits
    }
    fixture.statuses.activate(organization, webhook);
    assertThat(replay(Which.FAILED)).isEqualTo(12_000);
    assertThat(fixture.count("delivery where round = 2")).isEqualTo(12_000);
  }

  @Test
  void two_replays_at_once_make_no_message_twice() throws Exception {
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    fixture.updates(company, 8_000);
    fixture.fanOut();
    fixture.statuses.activate(organization, webhook);
    ExecutorService callers = Executors.newFixedThreadPool(3);
    List<Future<Integer>> calls =
        List.of(
            callers.submit(() -> replay(Which.MISSED)),
            callers.submit(() -> replay(Which.MISSED)),
            callers.submit(() -> replay(Which.MISSED)));
    int messages = 0;
    for (Future<Integer> call : calls) {
      messages += call.get();
    }
    callers.shutdown();
    assertThat(messages).isEqualTo(8_000);
    assertThat(fixture.count("delivery")).isEqualTo(8_000);
  }

  @Test
  void a_resend_starts_a_new_round_and_hastens_what_waits() {
    ClaimedDelivery failed = oneFailedAndOneDelivered();
    assertThat(replays.resend(organization, failed.id())).isEqualTo(ResendResult.ACCEPTED);
    ClaimedDelivery again = fixture.claim(10).get(0);
    assertThat(again.id()).isEqualTo(failed.id());
    assertThat(again.round()).isEqualTo(2);
    fixture.retry(again);
    assertThat(fixture.claim(10)).isEmpty();
    assertThat(replays.resend(organization, failed.id())).isEqualTo(ResendResult.ACCEPTED);
    ClaimedDelivery hastened = fixture.claim(10).get(0);
    assertThat(hastened.round()).isEqualTo(2);
    assertThat(hastened.number()).isEqualTo(2);
    assertThat(replays.resend(organization, failed.id())).isEqualTo(ResendResult.ACCEPTED);
    assertThat(fixture.deliver(hastened).became()).isEqualTo(RecordedOutcome.Became.DELIVERED);
    assertThat(replays.resend(organization, failed.id())).isEqualTo(ResendResult.ACCEPTED);
    assertThat(fixture.claim(10)).singleElement().matches(d -> d.round() == 3);
  }

  @Test
  void every_attempt_is_remembered_through_resends_and_replays() {
    fixture.updates(company, 2);
    fixture.fanOut();
    List<ClaimedDelivery> claimed = fixture.claim(10);
    claimed.forEach(fixture::deliver);
    assertThat(fixture.count("attempt")).isZero();
    ClaimedDelivery first =
        claimed.get(claimed.get(0).id().changeId() < claimed.get(1).id().changeId() ? 0 : 1);
    assertThat(replays.resend(organization, first.id())).isEqualTo(ResendResult.ACCEPTED);
    fixture.claim(10).forEach(fixture::deliver);
    assertThat(replay(Which.ALL)).isEqualTo(2);
    fixture.claim(10).forEach(fixture::deliver);
    assertThat(
            fixture
                .jdbc
                .sql(
                    "select change_id, round, number from changepost.every_attempt"
                        + " order by change_id, round, number")
                .query((row, n) -> row.getInt("round") + "." + row.getInt("number"))
                .list())
        .containsExactly("1.1", "2.1", "3.1", "1.1", "2.1");
  }

  @Test
  void what_is_not_there_or_not_allowed_is_told_as_a_value() {
    ClaimedDelivery failed = oneFailedAndOneDelivered();
    long stranger = fixture.organization();
    MessageId guessed = new MessageId(failed.id().changeId(), webhook, 1);
    assertThat(replays.resend(stranger, failed.id())).isEqualTo(ResendResult.NOT_FOUND);
    assertThat(replays.resend(organization, guessed)).isEqualTo(ResendResult.NOT_FOUND);
    assertThat(replays.replay(stranger, webhook, LONG_AGO, null, Which.ALL))
        .isEqualTo(new ReplayResult.NotFound());
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    assertThat(replays.resend(organization, failed.id())).isEqualTo(ResendResult.WEBHOOK_INACTIVE);
  }

  private ClaimedDelivery oneFailedAndOneDelivered() {
    fixture.updates(company, 2);
    List<ClaimedDelivery> claimed = fixture.fanOut(plan(10, 10)).deliveries();
    fixture.fail(claimed.get(0));
    fixture.deliver(claimed.get(1));
    return claimed.get(0);
  }

  private int replay(Which which) {
    return replay(webhook, which);
  }

  private int replay(long id, Which which) {
    ReplayResult result = replays.replay(organization, id, LONG_AGO, null, which);
    assertThat(result).isInstanceOf(ReplayResult.Replayed.class);
    return ((ReplayResult.Replayed) result).messages();
  }
}
