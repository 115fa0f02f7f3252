package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.Answer;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import io.changepost.persistence.delivery.OutcomeStore;
import io.changepost.persistence.delivery.RecordedOutcome;
import io.changepost.persistence.delivery.RecordedOutcome.Became;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutcomeWriterIT {

  private static final Duration SOON = Duration.ofSeconds(10);

  /** Later than a timestamp of PostgreSQL can be. */
  private static final Instant TOO_LATE = Instant.parse("+500000-01-01T00:00:00Z");

  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger errors = new AtomicInteger();
  private final AtomicInteger lostAnswers = new AtomicInteger();
  private final Slots slots = new Slots(new RoutingSettings.SlotLimits(100, 100), System::nanoTime);
  private Platform platform;
  private Followers followers;
  private OutcomeWriter writer;

  @BeforeEach
  void open() {
    platform = Platform.open();
    followers = new Followers(1_000);
    writer = new OutcomeWriter(Committed.in(new OutcomeStore(failingFirst())), slots, followers);
  }

  @AfterEach
  void close() {
    writer.stop();
    followers.close();
    platform.close();
  }

  @Test
  void outcomes_that_wait_together_are_written_together() {
    List<CompletableFuture<@Nullable RecordedOutcome>> written =
        claimed(40).stream().map(delivery -> write(delivery, SOON)).toList();
    await().atMost(SOON).until(() -> writer.waiting() == 40);

    writer.start();

    assertThat(written)
        .allSatisfy(
            result ->
                assertThat(result)
                    .succeedsWithin(SOON)
                    .extracting(RecordedOutcome::became)
                    .isEqualTo(Became.DELIVERED));
    assertThat(connections).hasValue(1);
    assertThat(platform.count("delivery_log where state = 'delivered'")).isEqualTo(40);
  }

  @Test
  void an_attempt_that_never_ends_holds_up_no_outcome() {
    List<ClaimedDelivery> two = claimed(2);
    writer.start();

    CompletableFuture<@Nullable RecordedOutcome> first = write(two.get(0), SOON);

    // The other attempt never ends, and holds up nothing.
    assertThat(first).succeedsWithin(SOON).isNotNull();
    await().atMost(SOON).until(() -> slots.inFlight() == 1);
  }

  @Test
  void outcomes_that_come_one_after_the_other_are_written_together_where_many_slots_are_used() {
    Slots busy = new Slots(new RoutingSettings.SlotLimits(100, 100), () -> 0);
    ClaimedDelivery before = Deliveries.of(9);
    busy.take(before);
    busy.give(before);
    List<ClaimedDelivery> sixty = claimed(60);
    sixty.forEach(busy::take);
    sixty.forEach(one -> busy.begin(one.id().webhookId()));
    writer =
        new OutcomeWriter(
            Committed.in(new OutcomeStore(failingFirst())), busy, followers, SOON.toNanos());
    writer.start();

    CompletableFuture<@Nullable RecordedOutcome> first = write(sixty.get(0), SOON);
    await().atMost(SOON).until(() -> writer.waiting() == 0);
    sixty.subList(1, 30).forEach(one -> write(one, SOON));

    assertThat(first).succeedsWithin(SOON.dividedBy(2)).isNotNull();
    assertThat(connections).hasValue(1);
    assertThat(platform.count("delivery_log where state = 'delivered'")).isEqualTo(30);
  }

  @Test
  void a_slot_is_free_again_whatever_becomes_of_the_outcome() {
    failures.set(Integer.MAX_VALUE);
    writer.start();
    ClaimedDelivery delivery = claimed(1).get(0);
    assertThat(slots.inFlight()).isEqualTo(1);

    assertThat(write(delivery, Duration.ofMillis(300))).succeedsWithin(SOON).isNull();

    await().atMost(SOON).until(() -> slots.inFlight() == 0);
  }

  @Test
  void an_outage_within_the_lease_loses_nothing() {
    failures.set(2);
    writer.start();

    assertThat(write(claimed(1).get(0), SOON))
        .succeedsWithin(SOON)
        .extracting(RecordedOutcome::became)
        .isEqualTo(Became.DELIVERED);
    assertThat(connections).hasValue(3);
  }

  @Test
  void an_outcome_whose_commit_was_not_heard_of_does_not_end_the_lease_of_the_others() {
    lostAnswers.set(1);
    List<ClaimedDelivery> two = claimed(2);
    writer.start();

    assertThat(write(two.get(0), SOON)).succeedsWithin(SOON).isNotNull();

    assertThat(connections).hasValue(2);
    assertThat(platform.one("select change_id from changepost.leased"))
        .isEqualTo(two.get(1).id().changeId());
  }

  @Test
  void an_outage_beyond_the_lease_is_given_up() {
    failures.set(Integer.MAX_VALUE);
    writer.start();

    assertThat(write(claimed(1).get(0), Duration.ofMillis(300))).succeedsWithin(SOON).isNull();
    assertThat(platform.count("leased")).isEqualTo(1);
  }

  @Test
  void an_error_ends_one_batch_and_not_the_writer() {
    errors.set(1);
    List<ClaimedDelivery> two = claimed(2);
    writer.start();

    assertThat(write(two.get(0), SOON)).succeedsWithin(SOON).isNull();

    assertThat(write(two.get(1), SOON)).succeedsWithin(SOON).isNotNull();
  }

  @Test
  void nobody_waits_for_a_writer_that_has_ended() {
    List<ClaimedDelivery> two = claimed(2);
    writer.start();
    assertThat(write(two.get(0), SOON)).succeedsWithin(SOON).isNotNull();

    writer.stop();

    assertThat(write(two.get(1), SOON)).succeedsWithin(SOON).isNull();
  }

  @Test
  void an_outcome_that_the_database_refuses_does_not_hold_up_the_others() {
    List<ClaimedDelivery> deliveries = claimed(9);
    List<CompletableFuture<@Nullable RecordedOutcome>> written =
        deliveries.stream()
            .map(one -> write(one, SOON, one == deliveries.get(4) ? TOO_LATE : Instant.EPOCH))
            .toList();
    await().atMost(SOON).until(() -> writer.waiting() == 9);

    writer.start();

    for (int i = 0; i < 9; i++) {
      assertThat(written.get(i)).succeedsWithin(SOON);
      assertThat(written.get(i).join() == null).as("refused: %d", i).isEqualTo(i == 4);
    }
    assertThat(platform.count("delivery_log where state = 'delivered'")).isEqualTo(8);
  }

  private CompletableFuture<@Nullable RecordedOutcome> write(
      ClaimedDelivery delivery, Duration lease) {
    return write(delivery, lease, Instant.EPOCH);
  }

  private CompletableFuture<@Nullable RecordedOutcome> write(
      ClaimedDelivery delivery, Duration lease, Instant at) {
    Answer answer = new Answer(at, Duration.ofMillis(3), 200, null, false, null, "taken");
    AttemptOutcome outcome = new AttemptOutcome(delivery, answer, new Outcome.Delivered());
    long leaseEnds = System.nanoTime() + lease.toNanos();
    return writer.write(outcome, leaseEnds, CompletableFuture.completedFuture(null));
  }

  private List<ClaimedDelivery> claimed(int number) {
    platform.webhook("https://receiver.example/hook");
    platform.changes(number);
    ClaimPlan plan = new ClaimPlan(1_000, 8_000_000, 3_000, 42, 60_000, 1_000, 1_000, Map.of());
    ClaimedBatch batch = platform.fanOut(plan);
    assertThat(batch.deliveries()).hasSize(number);
    batch
        .deliveries()
        .forEach(
            one -> {
              slots.take(one);
              slots.begin(one.id().webhookId());
            });
    return batch.deliveries();
  }

  /** The sender's pool, after that many connections were refused. */
  private DataSource failingFirst() {
    DataSource pool = platform.database.senderPool();
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              connections.incrementAndGet();
              if (errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StackOverflowError("made by the test");
              }
              if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new SQLException("the database is away", "08006");
              }
              Connection connection = pool.getConnection();
              return lostAnswers.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                  ? failingLast(connection)
                  : connection;
            });
  }

  /** Does all, and then fails. */
  private static Connection failingLast(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(connection, arguments);
              if (method.getName().equals("close")) {
                throw new SQLException("the answer got lost", "08006");
              }
              return result;
            });
  }
}
