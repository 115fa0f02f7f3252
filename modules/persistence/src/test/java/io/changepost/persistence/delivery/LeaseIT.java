package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.answer;
import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.FailureReason;
import io.changepost.domain.MessageId;
import io.changepost.domain.Outcome;
import io.changepost.persistence.delivery.RecordedOutcome.Became;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fan-out leases at once stands in one row until each has its outcome. */
class LeaseIT {

  private static Fixture fixture;

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
    long organization = fixture.organization();
    company = fixture.companyWith(organization, "gold");
    webhook = fixture.webhook(organization, "Company/update");
  }

  @Test
  void what_fan_out_leases_stands_in_one_row_and_ends_with_the_last_outcome() {
    List<ClaimedDelivery> leased = leased(3);
    assertThat(fixture.count("delivery")).isZero();
    assertThat(fixture.count("leased")).isEqualTo(3);
    fixture.deliver(leased.get(1));
    fixture.deliver(leased.get(0));
    assertThat(fixture.count("leased")).isOne();
    assertThat(ids("select change_id from changepost.leased"))
        .containsExactly(leased.get(2).id().changeId());
    fixture.deliver(leased.get(2));
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.count("delivery_log where state = 'delivered'")).isEqualTo(3);
  }

  @Test
  void of_a_batch_that_was_delivered_all_is_written_that_is_still_leased() {
    List<ClaimedDelivery> batch = new ArrayList<>(leased(2));
    fixture.updates(company, 3);
    fixture.fanOut();
    batch.addAll(fixture.claim(10));
    ClaimedDelivery stale = batch.remove(4);
    fixture.outcomes.release(List.of(stale));
    batch.add(stale);
    fixture.setHealth(webhook, "failing_since", "now()");
    assertThat(fixture.outcomes.record(delivered(batch)))
        .extracting(RecordedOutcome::became)
        .containsExactly(
            Became.DELIVERED, Became.DELIVERED, Became.DELIVERED, Became.DELIVERED, Became.STALE);
    assertThat(fixture.outcomes.record(delivered(batch)))
        .extracting(RecordedOutcome::became)
        .containsOnly(Became.STALE);
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.count("delivery where attempt_count = 0 and token is null")).isOne();
    assertThat(
            fixture.count(
                "delivery_log where state = 'delivered' and attempt_count = 1 and star = 'gold'"
                    + " and first_status = 200 and first_response_body = 'answered'"))
        .isEqualTo(4);
    assertThat(fixture.count("every_attempt")).isEqualTo(4);
    assertThat(
            fixture.count(
                "webhook_health where failing_since is null and last_success_at is not null"))
        .isOne();
  }

  private static List<AttemptOutcome> delivered(List<ClaimedDelivery> deliveries) {
    return deliveries.stream()
        .map(one -> new AttemptOutcome(one, answer(200, false), new Outcome.Delivered()))
        .toList();
  }

  @Test
  void a_failed_attempt_gets_its_own_row_with_all_that_fan_out_knew() {
    ClaimedDelivery first = leased(2).get(1);
    assertThat(fixture.retry(first).became()).isEqualTo(Became.DUE_AGAIN);
    assertThat(
            fixture.count(
                "delivery where attempt_count = 1 and round = 1 and token is null and star = 'gold' and bytes = 4"
                    + " and lost_leases = 0 and salt = "
                    + first.id().salt()))
        .isOne();
    fixture.becomeDue();
    ClaimedDelivery second = fixture.claim(10).get(0);
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(second.number()).isEqualTo(2);
    fixture.deliver(second);
    assertThat(fixture.count("delivery_log where star = 'gold' and attempt_count = 2")).isOne();
    assertThat(fixture.count("every_attempt")).isEqualTo(2);
  }

  @Test
  void what_is_handed_back_is_due_at_once_with_no_attempt_used() {
    List<ClaimedDelivery> leased = leased(3);
    fixture.deliver(leased.get(0));
    assertThat(fixture.outcomes.release(leased.subList(1, 3))).isEqualTo(2);
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.count("delivery where attempt_count = 0 and lost_leases = 0")).isEqualTo(2);
    assertThat(fixture.claim(10))
        .allMatch(delivery -> delivery.number() == 1)
        .extracting(ClaimedDelivery::id)
        .containsExactlyElementsOf(idsOf(leased.subList(1, 3)));
  }

  @Test
  void what_has_no_outcome_when_the_lease_runs_out_is_due_again_and_nothing_else() {
    List<ClaimedDelivery> leased = leased(5);
    fixture.deliver(leased.get(0));
    fixture.retry(leased.get(1));
    fixture.outcomes.release(leased.subList(2, 3));
    assertThat(fixture.lost.returnLost()).as("the lease has time left").isZero();
    fixture.jdbc.sql("update changepost.lease set due_at = clock_timestamp()").update();
    assertThat(fixture.lost.returnLost()).isEqualTo(2);
    assertThat(fixture.lost.returnLost()).isZero();
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.deliver(leased.get(3)).became()).isEqualTo(Became.STALE);
    assertThat(fixture.outcomes.release(leased.subList(4, 5))).isZero();
    assertThat(ids("select change_id from changepost.delivery where lost_leases = 1"))
        .containsExactlyElementsOf(
            leased.subList(3, 5).stream().map(d -> d.id().changeId()).toList());
    assertThat(fixture.claim(10))
        .extracting(ClaimedDelivery::id)
        .containsExactlyElementsOf(idsOf(leased.subList(2, 5)));
  }

  @Test
  void the_lease_of_fan_out_is_the_first_of_three_that_may_get_lost() {
    leased(1);
    fixture.expireLeases();
    for (int i = 0; i < 2; i++) {
      assertThat(fixture.claim(10)).hasSize(1);
      fixture.expireLeases();
    }
    assertThat(fixture.claim(10)).isEmpty();
    assertThat(fixture.count("delivery_log where state = 'failed' and reason = 'worker lost'"))
        .isOne();
  }

  @Test
  void an_outcome_that_is_recorded_again_neither_ends_a_lease_early_nor_keeps_it() {
    List<ClaimedDelivery> leased = leased(2);
    AttemptOutcome delivered =
        new AttemptOutcome(leased.get(0), answer(200, false), new Outcome.Delivered());
    fixture.outcomes.record(List.of(delivered));
    // As after a commit whose answer got lost.
    assertThat(fixture.outcomes.recordAgain(List.of(delivered)))
        .extracting(RecordedOutcome::became)
        .containsExactly(Became.DELIVERED);
    assertThat(ids("select change_id from changepost.leased"))
        .containsExactly(leased.get(1).id().changeId());
    fixture.expireLeases();
    assertThat(fixture.claim(10))
        .singleElement()
        .matches(left -> left.id().equals(leased.get(1).id()));
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.count("every_attempt")).isOne();
  }

  @Test
  void a_lease_whose_outcomes_the_database_lost_is_not_ended() {
    List<ClaimedDelivery> leased = leased(4);
    fixture.deliver(leased.get(0));
    fixture.retry(leased.get(1));
    // As after a standby without the last commits took over.
    fixture.jdbc.sql("delete from changepost.delivery_log").update();
    fixture.deliver(leased.get(2));
    fixture.retry(leased.get(3));
    assertThat(fixture.count("lease")).isOne();
    fixture.jdbc.sql("update changepost.lease set due_at = clock_timestamp()").update();
    assertThat(fixture.lost.returnLost()).isOne();
    assertThat(ids("select change_id from changepost.delivery where lost_leases = 1"))
        .containsExactly(leased.get(0).id().changeId());
    assertThat(fixture.count("lease")).isZero();
  }

  @Test
  void a_lease_whose_last_outcomes_came_by_two_statements_at_once_is_ended_after_them()
      throws Exception {
    List<ClaimedDelivery> leased = leased(3);
    OpenLeases leases = new OpenLeases();
    OpenLeases.Ending one = leases.ending(leased.subList(0, 1));
    OpenLeases.Ending other = leases.ending(leased.subList(1, 3));
    OutcomeStore firstWriter = new OutcomeStore(fixture.database.senderPool());
    firstWriter.record(delivered(leased.subList(0, 1)));
    new OutcomeStore(fixture.database.senderPool()).record(delivered(leased.subList(1, 2)));
    try (Connection connection = fixture.database.senderPool().getConnection()) {
      OutcomeStore.committed(connection, leases, one);
      OutcomeStore.committed(connection, leases, other);
      assertThat(fixture.count("lease")).as("one is left after all").isOne();
      firstWriter.record(delivered(leased.subList(2, 3)));
      OpenLeases again = new OpenLeases();
      OpenLeases.Ending first = again.ending(leased.subList(0, 1));
      OpenLeases.Ending second = again.ending(leased.subList(1, 3));
      OutcomeStore.committed(connection, again, first);
      OutcomeStore.committed(connection, again, second);
    }
    assertThat(fixture.count("lease")).isZero();
  }

  @Test
  void of_a_claimed_batch_all_is_written_that_is_still_leased() {
    fixture.updates(company, 3);
    fixture.fanOut();
    List<ClaimedDelivery> batch = fixture.claim(10);
    fixture.outcomes.release(List.of(batch.get(1)));
    fixture.setHealth(webhook, "failing_since", "now()");
    assertThat(fixture.outcomes.record(delivered(batch)))
        .extracting(RecordedOutcome::became)
        .containsExactly(Became.DELIVERED, Became.STALE, Became.DELIVERED);
    assertThat(fixture.outcomes.record(delivered(batch)))
        .extracting(RecordedOutcome::became)
        .containsOnly(Became.STALE);
    assertThat(fixture.count("delivery where attempt_count = 0 and token is null")).isOne();
    assertThat(
            fixture.count(
                "delivery_log where state = 'delivered' and attempt_count = 1 and star = 'gold'"
                    + " and first_status = 200 and first_response_body = 'answered'"))
        .isEqualTo(2);
    assertThat(
            fixture.count(
                "webhook_health where failing_since is null and last_success_at is not null"))
        .isOne();
  }

  @Test
  void what_is_recorded_already_is_left_alone_and_keeps_no_other_from_being_recorded() {
    List<ClaimedDelivery> leased = leased(3);
    fixture.deliver(leased.get(0));
    assertThat(fixture.outcomes.record(delivered(leased)))
        .extracting(RecordedOutcome::became)
        .containsOnly(Became.DELIVERED);
    assertThat(fixture.count("delivery_log where state = 'delivered'")).isEqualTo(3);
    assertThat(fixture.count("every_attempt")).isEqualTo(3);
    // Nobody knows which of them were counted, so the lease runs out.
    assertThat(fixture.count("lease")).isOne();
    fixture.expireLeases();
    assertThat(fixture.claim(10)).isEmpty();
    assertThat(fixture.count("lease")).isZero();
  }

  @Test
  void a_failed_attempt_that_is_recorded_again_waits_once() {
    ClaimedDelivery first = leased(2).get(0);
    AttemptOutcome failed =
        new AttemptOutcome(first, answer(500, false), new Outcome.DueAgain(Duration.ofMinutes(1)));
    fixture.outcomes.record(List.of(failed));
    fixture.outcomes.recordAgain(List.of(failed));
    assertThat(fixture.count("delivery where attempt_count = 1")).isOne();
    assertThat(fixture.count("every_attempt")).isOne();
  }

  @Test
  void what_went_on_after_an_outcome_is_not_undone_by_recording_it_again() {
    List<ClaimedDelivery> leased = leased(4);
    AttemptOutcome notBegun =
        new AttemptOutcome(
            leased.get(0), answer(500, true), new Outcome.NotBegun(Duration.ofSeconds(5)));
    AttemptOutcome failed =
        new AttemptOutcome(
            leased.get(1),
            answer(500, false),
            new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED));
    AttemptOutcome delivered =
        new AttemptOutcome(leased.get(2), answer(200, false), new Outcome.Delivered());
    fixture.outcomes.record(List.of(notBegun, failed, delivered));
    ReplayStore replays = new ReplayStore(fixture.database.apiPool(), 3_000);
    long organization = leased.get(0).organizationId();
    replays.resend(organization, leased.get(1).id());
    fixture.becomeDue();
    fixture.claim(10).forEach(fixture::deliver);
    replays.resend(organization, leased.get(2).id());

    fixture.outcomes.recordAgain(List.of(notBegun, failed));
    fixture.outcomes.recordAgain(List.of(delivered));

    assertThat(ids("select change_id from changepost.delivery"))
        .as("the one that was sent again waits, in its second round")
        .containsExactly(leased.get(2).id().changeId());
    assertThat(ids("select change_id from changepost.delivery_log where state = 'delivered'"))
        .containsExactly(leased.get(0).id().changeId(), leased.get(1).id().changeId());
    assertThat(fixture.count("delivery_log")).isEqualTo(2);
    assertThat(ids("select change_id from changepost.leased"))
        .containsExactly(leased.get(3).id().changeId());
  }

  @Test
  void a_lease_that_an_outcome_is_written_under_is_left_alone() throws Exception {
    leased(1);
    fixture.jdbc.sql("update changepost.lease set due_at = clock_timestamp()").update();
    try (Connection writer = fixture.database.apiPool().getConnection();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("select 1 from changepost.lease for update");
      assertThat(fixture.lost.returnLost()).isZero();
      writer.rollback();
      writer.setAutoCommit(true);
    }
    assertThat(fixture.lost.returnLost()).isOne();
  }

  @Test
  void what_is_leased_is_found_listed_and_counted_as_pending() {
    List<ClaimedDelivery> leased = leased(2);
    fixture.deliver(leased.get(0));
    long organization = leased.get(0).organizationId();
    MessageId id = leased.get(1).id();
    DeliveryReader reader = new DeliveryReader(fixture.database.apiPool());
    assertThat(reader.find(organization, id))
        .hasValueSatisfying(
            detail -> assertThat(detail.row().state()).isEqualTo(DeliveryState.PENDING));
    DeliveryFilter pending = new DeliveryFilter(DeliveryState.PENDING, null, null, null, 50);
    assertThat(reader.page(organization, webhook, pending).items())
        .extracting(DeliveryRow::id)
        .containsExactly(id);
    DeliveryFilter all = new DeliveryFilter(null, null, null, null, 50);
    assertThat(reader.page(organization, webhook, all).items()).hasSize(2);
    assertThat(reader.pending(List.of(webhook), 10)).containsEntry(webhook, 1);
    assertThat(new QueueReader(fixture.database.apiPool()).read().waiting()).isOne();
  }

  @Test
  void what_is_leased_is_neither_missed_nor_sent_twice_by_a_resend() {
    ClaimedDelivery leased = leased(1).get(0);
    ReplayStore replays = new ReplayStore(fixture.database.apiPool(), 3_000);
    assertThat(replays.replay(leased.organizationId(), webhook, Instant.EPOCH, null, Which.ALL))
        .isEqualTo(new ReplayResult.Replayed(0));
    assertThat(replays.resend(leased.organizationId(), leased.id()))
        .isEqualTo(ResendResult.ACCEPTED);
    assertThat(fixture.claim(10)).isEmpty();
    assertThat(fixture.deliver(leased).became()).isEqualTo(Became.DELIVERED);
    assertThat(fixture.count("delivery")).isZero();
  }

  @Test
  void a_day_whose_changes_are_leased_stays() {
    leased(1);
    String needed = "select changepost.is_day_needed((now() at time zone 'UTC')::date + %d)";
    assertThat(fixture.one(needed.formatted(0), Boolean.class)).isTrue();
    assertThat(fixture.one(needed.formatted(-1), Boolean.class)).isFalse();
    assertThat(fixture.one(needed.formatted(1), Boolean.class)).isFalse();
  }

  @Test
  void writers_of_one_lease_at_once_lose_nothing_and_leave_nothing() throws Exception {
    List<ClaimedDelivery> leased = new ArrayList<>(leased(400));
    Collections.shuffle(leased, new Random(5));
    Answer refused = answer(500, false);
    ExecutorService writers = Executors.newFixedThreadPool(4);
    List<Future<?>> runs = new ArrayList<>();
    for (int writer = 0; writer < 4; writer++) {
      List<ClaimedDelivery> part = leased.subList(writer * 100, writer * 100 + 100);
      boolean handsBack = writer == 3;
      runs.add(
          writers.submit(
              () -> {
                for (int from = 0; from < 100; from += 10) {
                  List<ClaimedDelivery> some = part.subList(from, from + 10);
                  if (handsBack) {
                    fixture.outcomes.release(some);
                  } else {
                    fixture.outcomes.record(
                        some.stream()
                            .map(
                                one ->
                                    one.id().changeId() % 2 == 0
                                        ? new AttemptOutcome(
                                            one, answer(200, false), new Outcome.Delivered())
                                        : new AttemptOutcome(
                                            one,
                                            refused,
                                            new Outcome.DueAgain(Duration.ofHours(1))))
                            .toList());
                  }
                }
              }));
    }
    for (Future<?> run : runs) {
      run.get();
    }
    writers.shutdown();
    assertThat(fixture.count("lease")).isZero();
    assertThat(fixture.count("delivery") + fixture.count("delivery_log")).isEqualTo(400);
    assertThat(fixture.count("delivery where attempt_count = 0")).isEqualTo(100);
    assertThat(fixture.count("every_attempt")).isEqualTo(300);
  }

  private List<ClaimedDelivery> leased(int number) {
    fixture.updates(company, number);
    List<ClaimedDelivery> leased = fixture.fanOut(plan(number, number)).deliveries();
    assertThat(leased).hasSize(number);
    return leased.stream()
        .sorted(Comparator.comparingLong(delivery -> delivery.id().changeId()))
        .toList();
  }

  private static List<MessageId> idsOf(List<ClaimedDelivery> deliveries) {
    return deliveries.stream().map(ClaimedDelivery::id).toList();
  }

  private static List<Long> ids(String sql) {
    return fixture.jdbc.sql(sql + " order by change_id").query(Long.class).list();
  }
}
