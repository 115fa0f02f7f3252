package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.FailureReason;
import io.changepost.domain.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The whole way of many changes over nodes that crash, stall and retry at random. */
class TwoNodesIT {

  private static final int CHANGES = 400;
  private static final int WEBHOOKS = 6;

  @Test
  void every_message_ends_once_whatever_the_nodes_do() throws Exception {
    try (Fixture fixture = Fixture.migrated()) {
      long organization = fixture.organization();
      long company = fixture.companyWith(organization, "gold");
      for (int i = 0; i < WEBHOOKS; i++) {
        long webhook = fixture.webhook(organization, "Company/update");
        if (i == 0) {
          fixture.set(webhook, "ordered", "true");
        }
      }
      AtomicBoolean over = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      List<Future<?>> nodes = new ArrayList<>();
      for (int node = 0; node < 4; node++) {
        long seed = node;
        nodes.add(threads.submit(() -> work(fixture, new Random(seed), over)));
      }
      for (int i = 0; i < CHANGES / 20; i++) {
        fixture.updates(company, 20);
      }
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  fixture.count("outbox") == 0
                      && fixture.count("lease") == 0
                      && fixture.count("delivery") == 0);
      over.set(true);
      for (Future<?> node : nodes) {
        node.get();
      }
      threads.shutdown();
      assertThat(fixture.count("change")).isEqualTo(CHANGES);
      assertThat(fixture.count("delivery_log")).isEqualTo(CHANGES * WEBHOOKS);
      assertThat(
              fixture.one(
                  "select count(distinct (change_id, webhook_id)) from changepost.delivery_log",
                  Integer.class))
          .isEqualTo(CHANGES * WEBHOOKS);
      assertThat(
              fixture.one(
                  """
                  select count(*) from changepost.delivery_log l
                  where l.attempt_count <> (select count(*) from changepost.every_attempt a
                    where a.webhook_id = l.webhook_id and a.change_id = l.change_id)
                  """,
                  Integer.class))
          .isZero();
      assertThat(
              fixture.one(
                  """
                  with log as (
                    select l.change_id, l.finished_at, c.object_id
                    from changepost.delivery_log l
                    join changepost.change c on c.id = l.change_id
                    join changepost.webhook w on w.id = l.webhook_id and w.ordered
                  )
                  select count(*) from log a join log b on b.object_id = a.object_id
                    and b.change_id > a.change_id and b.finished_at < a.finished_at
                  """,
                  Integer.class))
          .describedAs("messages of one object that an ordered webhook got out of order")
          .isZero();
      assertThat(
              fixture.count(
                  "delivery_log where reason not in ('attempts exhausted', 'worker lost')"))
          .isZero();
    }
  }

  private static void work(Fixture fixture, Random random, AtomicBoolean over) {
    while (!over.get()) {
      ClaimPlan plan =
          new ClaimPlan(50, 8_000_000, 3_000, random.nextLong(), 300, 60, 20, Map.of());
      List<ClaimedDelivery> claimed = new ArrayList<>(fixture.fanOut(plan).deliveries());
      fixture.lost.returnLost();
      claimed.addAll(fixture.claim(plan).deliveries());
      List<AttemptOutcome> outcomes = new ArrayList<>();
      List<ClaimedDelivery> unstarted = new ArrayList<>();
      for (ClaimedDelivery delivery : claimed) {
        int fate = random.nextInt(100);
        if (fate < 3) {
          continue; // the node died with it
        } else if (fate < 8) {
          unstarted.add(delivery);
        } else if (fate < 30) {
          outcomes.add(
              new AttemptOutcome(
                  delivery,
                  Fixture.answer(500, false),
                  delivery.number() < 4
                      ? new Outcome.DueAgain(Duration.ofMillis(random.nextInt(50)))
                      : new Outcome.Failed(FailureReason.ATTEMPTS_EXHAUSTED)));
        } else {
          outcomes.add(
              new AttemptOutcome(delivery, Fixture.answer(200, false), new Outcome.Delivered()));
        }
      }
      fixture.outcomes.release(unstarted);
      fixture.outcomes.record(outcomes);
    }
  }
}
