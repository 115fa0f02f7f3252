package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.answer;
import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.FailureReason;
import io.changepost.domain.Outcome;
import io.changepost.persistence.delivery.RecordedOutcome.Became;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutcomeIT {

  private static final Answer LACKING =
      new Answer(
          Instant.parse("2026-11-23T08:45:57.123456Z"),
          Duration.ofMillis(1),
          null,
          "internal",
          true,
          true,
          null,
          null);

  private static Fixture fixture;

  private long organization;
  private long company;
  private long webhook;

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
    webhook = fixture.webhook(organization, "Company/update");
  }

  @Test
  void a_delivered_message_moves_to_the_log_with_its_attempt() {
    ClaimedDelivery delivery = claimed(1).get(0);
    RecordedOutcome recorded = fixture.deliver(delivery);
    assertThat(recorded.became()).isEqualTo(Became.DELIVERED);
    assertThat(recorded.reason()).isNull();
    assertThat(fixture.count("delivery")).isZero();
    assertThat(fixture.count("delivery_log where state = 'delivered' and attempt_count = 1"))
        .isOne();
    assertThat(
            fixture.count(
                """
                every_attempt where number = 1 and round = 1 and status = 200 and error is null and duration_ms = 12
                  and at = '2026-11-23T08:45:57.123456Z' and response_body = 'answered'"""))
        .isOne();
    assertThat(fixture.count("webhook_health where last_success_at is not null")).isOne();
  }

  @Test
  void a_failing_attempt_is_due_again_by_the_databases_clock() {
    ClaimedDelivery delivery = claimed(1).get(0);
    RecordedOutcome recorded = fixture.retry(delivery);
    assertThat(recorded.became()).isEqualTo(Became.DUE_AGAIN);
    assertThat(recorded.dueAt())
        .isEqualTo(
            fixture
                .one("select due_at from changepost.delivery", java.sql.Timestamp.class)
                .toInstant());
    assertThat(
            fixture.one(
                "select extract(epoch from due_at - clock_timestamp()) from changepost.delivery",
                Double.class))
        .isBetween(50.0, 60.0);
    assertThat(fixture.claim(10)).isEmpty();
    fixture.becomeDue();
    assertThat(fixture.claim(10)).singleElement().matches(again -> again.number() == 2);
  }

  @Test
  void each_message_of_a_batch_gets_its_own_delay() {
    List<ClaimedDelivery> claimed = claimed(10);
    List<AttemptOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      outcomes.add(
          new AttemptOutcome(
              claimed.get(i), answer(500, false), new Outcome.DueAgain(Duration.ofHours(i + 1))));
    }
    Collections.shuffle(outcomes, new Random(7));
    List<RecordedOutcome> recorded = fixture.outcomes.record(outcomes);
    for (int i = 0; i < 10; i++) {
      assertThat(recorded.get(i).outcome()).isSameAs(outcomes.get(i));
      Duration delay = ((Outcome.DueAgain) outcomes.get(i).outcome()).delay();
      Instant stored =
          fixture
              .one(
                  "select due_at from changepost.delivery where change_id = "
                      + outcomes.get(i).delivery().id().changeId(),
                  java.sql.Timestamp.class)
              .toInstant();
      assertThat(recorded.get(i).dueAt()).isEqualTo(stored);
      assertThat(Duration.between(Instant.now(), stored)).isCloseTo(delay, Duration.ofMinutes(2));
    }
  }

  @Test
  void the_fourth_failure_ends_it_and_all_four_attempts_are_told() {
    fixture.change("Company", "update", company, null);
    fixture.fanOut();
    for (int i = 0; i < 3; i++) {
      fixture.becomeDue();
      fixture.retry(fixture.claim(1).get(0));
    }
    fixture.becomeDue();
    ClaimedDelivery last = fixture.claim(1).get(0);
    assertThat(last.number()).isEqualTo(4);
    RecordedOutcome recorded = fixture.fail(last);
    assertThat(recorded.became()).isEqualTo(Became.FAILED);
    assertThat(recorded.reason()).isEqualTo(FailureReason.ATTEMPTS_EXHAUSTED);
    assertThat(fixture.count("delivery")).isZero();
    assertThat(
            fixture.count(
                "delivery_log where state = 'failed' and attempt_count = 4 and reason = 'attempts exhausted'"))
        .isOne();
    assertThat(fixture.count("every_attempt")).isEqualTo(4);
  }

  @Test
  void a_stale_outcome_changes_nothing() {
    ClaimedDelivery stale = claimed(1).get(0);
    fixture.expireLeases();
    ClaimedDelivery current = fixture.claim(1).get(0);
    assertThat(fixture.fail(stale).became()).isEqualTo(Became.STALE);
    assertThat(fixture.count("every_attempt")).isZero();
    assertThat(fixture.count("delivery_log")).isZero();
    assertThat(fixture.count("webhook_health where failing_since is not null")).isZero();
    assertThat(fixture.deliver(current).became()).isEqualTo(Became.DELIVERED);
    assertThat(fixture.deliver(current).became()).isEqualTo(Became.STALE);
    assertThat(fixture.outcomes.release(List.of(current))).isZero();
    assertThat(fixture.count("delivery_log where state = 'delivered'")).isOne();
  }

  @Test
  void health_follows_the_last_answer_of_a_webhook() {
    List<ClaimedDelivery> claimed = claimed(8);
    fixture.retry(claimed.get(0));
    assertThat(fixture.count("webhook_health where failing_since is not null")).isOne();
    fixture.setHealth(webhook, "failing_since", "now() - interval '2 days'");
    fixture.retry(claimed.get(1));
    assertThat(fixture.count("webhook_health where failing_since < now() - interval '1 day'"))
        .isOne();
    fixture.outcomes.record(
        List.of(
            new AttemptOutcome(claimed.get(2), answer(200, false), new Outcome.Delivered()),
            new AttemptOutcome(
                claimed.get(3), answer(500, false), new Outcome.DueAgain(Duration.ofHours(1)))));
    assertThat(
            fixture.count(
                "webhook_health where failing_since > now() - interval '1 min' and last_success_at is not null"))
        .isOne();
    fixture.outcomes.record(
        List.of(
            new AttemptOutcome(
                claimed.get(4), answer(500, false), new Outcome.DueAgain(Duration.ofHours(1))),
            new AttemptOutcome(claimed.get(5), answer(200, false), new Outcome.Delivered())));
    assertThat(fixture.count("webhook_health where failing_since is null")).isOne();
  }

  @Test
  void a_failure_of_our_own_says_nothing_of_the_endpoint() {
    fixture.record(
        claimed(1).get(0), answer(500, true), new Outcome.DueAgain(Duration.ofMinutes(1)));
    assertThat(
            fixture.count("webhook_health where failing_since is null and last_failure_at is null"))
        .isOne();
    assertThat(fixture.count("delivery where attempt_count = 1")).isOne();
  }

  @Test
  void what_was_not_begun_waits_without_an_attempt() {
    ClaimedDelivery delivery = claimed(1).get(0);
    fixture.expireLeases();
    ClaimedDelivery again = fixture.claim(1).get(0);
    RecordedOutcome recorded = notBegun(again);
    assertThat(recorded.became()).isEqualTo(Became.NOT_BEGUN);
    assertThat(
            fixture.count(
                "delivery where token is null and attempt_count = 0 and lost_leases = 1 and due_at between"
                    + " clock_timestamp() + interval '50 s' and clock_timestamp() + interval '1 min'"))
        .isOne();
    assertThat(recorded.dueAt())
        .isEqualTo(
            fixture
                .one("select due_at from changepost.delivery", java.sql.Timestamp.class)
                .toInstant());
    assertThat(fixture.count("every_attempt")).isZero();
    assertThat(
            fixture.count("webhook_health where failing_since is null and last_failure_at is null"))
        .isOne();
    assertThat(fixture.claim(10)).isEmpty();
    assertThat(notBegun(again).became()).isEqualTo(Became.STALE);
    fixture.becomeDue();
    assertThat(fixture.claim(10))
        .singleElement()
        .matches(third -> third.number() == 1 && third.id().equals(delivery.id()));
  }

  @Test
  void of_a_batch_only_what_was_begun_uses_up_an_attempt() {
    List<ClaimedDelivery> claimed = claimed(30);
    List<AttemptOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      outcomes.add(
          switch (i % 3) {
            case 0 ->
                new AttemptOutcome(
                    claimed.get(i), LACKING, new Outcome.NotBegun(Duration.ofMinutes(i + 1)));
            case 1 ->
                new AttemptOutcome(
                    claimed.get(i),
                    answer(500, false),
                    new Outcome.DueAgain(Duration.ofMinutes(i + 1)));
            default ->
                new AttemptOutcome(claimed.get(i), answer(200, false), new Outcome.Delivered());
          });
    }
    Collections.shuffle(outcomes, new Random(11));
    List<RecordedOutcome> recorded = fixture.outcomes.record(outcomes);
    for (RecordedOutcome one : recorded) {
      Outcome outcome = one.outcome().outcome();
      String row = "delivery where change_id = " + one.outcome().delivery().id().changeId();
      if (outcome instanceof Outcome.NotBegun notBegun) {
        assertThat(one.became()).isEqualTo(Became.NOT_BEGUN);
        assertThat(fixture.count(row + " and attempt_count = 0 and token is null")).isOne();
        assertThat(Duration.between(Instant.now(), one.dueAt()))
            .isCloseTo(notBegun.delay(), Duration.ofSeconds(30));
      } else if (outcome instanceof Outcome.DueAgain due) {
        assertThat(one.became()).isEqualTo(Became.DUE_AGAIN);
        assertThat(fixture.count(row + " and attempt_count = 1 and token is null")).isOne();
        assertThat(Duration.between(Instant.now(), one.dueAt()))
            .isCloseTo(due.delay(), Duration.ofSeconds(30));
      } else {
        assertThat(one.became()).isEqualTo(Became.DELIVERED);
      }
    }
    assertThat(fixture.count("every_attempt")).isEqualTo(20);
    assertThat(fixture.count("webhook_health where last_failure_at is not null")).isOne();
  }

  @Test
  void what_was_not_begun_ends_with_its_webhook_and_shows_no_attempt() {
    List<ClaimedDelivery> claimed = claimed(2);
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    RecordedOutcome inactive = notBegun(claimed.get(0));
    assertThat(inactive.became()).isEqualTo(Became.FAILED);
    assertThat(inactive.reason()).isEqualTo(FailureReason.WEBHOOK_INACTIVE);
    assertThat(
            fixture.count(
                "delivery_log where state = 'failed' and attempt_count = 0 and reason = 'webhook inactive'"))
        .isOne();
    fixture.set(webhook, "deleted_at", "now()");
    assertThat(notBegun(claimed.get(1)).became()).isEqualTo(Became.CANCELLED);
    assertThat(fixture.count("every_attempt")).isZero();
  }

  @Test
  void gone_makes_the_webhook_inactive_once() {
    List<ClaimedDelivery> claimed = claimed(3);
    List<RecordedOutcome> recorded =
        fixture.outcomes.record(
            List.of(
                new AttemptOutcome(claimed.get(0), answer(410, false), new Outcome.Gone()),
                new AttemptOutcome(claimed.get(1), answer(410, false), new Outcome.Gone())));
    assertThat(recorded)
        .allMatch(r -> r.became() == Became.FAILED && r.reason() == FailureReason.GONE);
    assertThat(recorded)
        .extracting(RecordedOutcome::webhookBecameInactive)
        .containsExactlyInAnyOrder(true, false);
    assertThat(fixture.count("webhook where status = 'inactive' and inactive_reason = 'gone'"))
        .isOne();
    RecordedOutcome later = fixture.retry(claimed.get(2));
    assertThat(later.became()).isEqualTo(Became.FAILED);
    assertThat(later.reason()).isEqualTo(FailureReason.WEBHOOK_INACTIVE);
    assertThat(later.webhookBecameInactive()).isFalse();
  }

  @Test
  void gone_at_an_address_that_a_webhook_had_before_leaves_it_active() {
    ClaimedDelivery delivery = claimed(1).get(0);
    fixture.set(delivery.id().webhookId(), "url", "'https://example.org/moved'");

    RecordedOutcome recorded = fixture.record(delivery, answer(410, false), new Outcome.Gone());

    assertThat(recorded.became()).isEqualTo(Became.FAILED);
    assertThat(recorded.reason()).isEqualTo(FailureReason.GONE);
    assertThat(recorded.webhookBecameInactive()).isFalse();
    assertThat(fixture.count("webhook where status = 'active'")).isOne();
  }

  @Test
  void an_attempt_under_way_when_its_webhook_goes_may_still_deliver_but_is_not_retried() {
    List<ClaimedDelivery> claimed = claimed(2);
    fixture.statuses.deactivate(organization, webhook, "by administrator");
    assertThat(fixture.deliver(claimed.get(0)).became()).isEqualTo(Became.DELIVERED);
    assertThat(fixture.retry(claimed.get(1)).reason()).isEqualTo(FailureReason.WEBHOOK_INACTIVE);
  }

  @Test
  void a_failing_attempt_of_a_deleted_webhook_is_cancelled() {
    ClaimedDelivery delivery = claimed(1).get(0);
    fixture.set(webhook, "deleted_at", "now()");
    assertThat(fixture.retry(delivery).became()).isEqualTo(Became.CANCELLED);
    assertThat(fixture.count("delivery")).isZero();
    assertThat(fixture.count("delivery_log")).isZero();
  }

  @Test
  void no_answer_can_keep_an_outcome_from_being_recorded() {
    Answer strange =
        new Answer(
            Instant.now(),
            Duration.ofDays(100),
            200,
            null,
            false,
            null,
            "a\u0000b\ud800c\udc00 \ud83d\ude00, \"{\\");
    assertThat(fixture.record(claimed(1).get(0), strange, new Outcome.Delivered()).became())
        .isEqualTo(Became.DELIVERED);
    assertThat(fixture.one("select response_body from changepost.every_attempt", String.class))
        .isEqualTo("a\ufffdb\ufffdc\ufffd \ud83d\ude00, \"{\\");
  }

  @Test
  void nodes_that_write_at_once_never_deadlock_and_lose_nothing() throws Exception {
    for (int i = 0; i < 9; i++) {
      fixture.webhook(organization, "Company/update");
    }
    fixture.updates(company, 200);
    fixture.fanOut();
    List<ClaimedDelivery> claimed = new ArrayList<>(fixture.claim(plan(1_000, 200)).deliveries());
    claimed.addAll(fixture.claim(plan(1_000, 200)).deliveries());
    assertThat(claimed).hasSize(2_000);
    ExecutorService nodes = Executors.newFixedThreadPool(4);
    List<Future<List<RecordedOutcome>>> runs = new ArrayList<>();
    for (int node = 0; node < 4; node++) {
      // Each hands in the same 2,000 in another order: one wins each of them.
      List<AttemptOutcome> outcomes = new ArrayList<>();
      for (ClaimedDelivery delivery : claimed) {
        outcomes.add(
            delivery.id().changeId() % 3 == 0
                ? new AttemptOutcome(
                    delivery, answer(500, false), new Outcome.DueAgain(Duration.ofHours(1)))
                : new AttemptOutcome(delivery, answer(200, false), new Outcome.Delivered()));
      }
      Collections.shuffle(outcomes, new Random(node));
      runs.add(
          nodes.submit(
              () -> {
                List<RecordedOutcome> recorded = new ArrayList<>();
                for (int from = 0; from < outcomes.size(); from += 250) {
                  recorded.addAll(fixture.outcomes.record(outcomes.subList(from, from + 250)));
                }
                return recorded;
              }));
    }
    int won = 0;
    for (Future<List<RecordedOutcome>> run : runs) {
      won += (int) run.get().stream().filter(r -> r.became() != Became.STALE).count();
    }
    nodes.shutdown();
    assertThat(won).isEqualTo(2_000);
    assertThat(fixture.count("every_attempt")).isEqualTo(2_000);
    assertThat(fixture.count("delivery") + fixture.count("delivery_log")).isEqualTo(2_000);
  }

  private static RecordedOutcome notBegun(ClaimedDelivery delivery) {
    return fixture.record(delivery, LACKING, new Outcome.NotBegun(Duration.ofMinutes(1)));
  }

  private List<ClaimedDelivery> claimed(int number) {
    fixture.updates(company, number);
    return fixture.fanOut(plan(number, number)).deliveries();
  }
}
