package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import io.changepost.testkit.Explained;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryReaderIT {

  private static Fixture fixture;
  private static DeliveryReader reader;

  private long organization;
  private long company;
  private long webhook;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
    reader = new DeliveryReader(fixture.database.apiPool());
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
  void pages_go_from_the_newest_change_to_the_oldest_over_waiting_and_ended_ones() {
    mixed();
    List<Long> seen = new ArrayList<>();
    Long cursor = null;
    int pages = 0;
    do {
      DeliveryPage page =
          reader.page(organization, webhook, new DeliveryFilter(null, null, null, cursor, 4));
      page.items().forEach(item -> seen.add(item.id().changeId()));
      cursor = page.next();
      pages++;
    } while (cursor != null);
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(10).isSortedAccordingTo((a, b) -> Long.compare(b, a));
  }

  /** Before the database has looked at how many wait, a page is thought to be all of them. */
  @Test
  void of_very_many_that_wait_no_more_than_a_page_is_read() {
    fixture
        .jdbc
        .sql(
            """
            insert into changepost.delivery (change_id, webhook_id, change_at, salt, bytes, due_at)
            select n, :webhook, now(), n, 8, now() + interval '1 hour' from generate_series(1, 300000) n
            """)
        .param("webhook", webhook)
        .update();
    Explained explained =
        Explained.over(fixture.database.apiPool(), "analyze, costs off, timing off, summary off");

    new DeliveryReader(explained.dataSource())
        .page(organization, webhook, new DeliveryFilter(null, null, null, null, 50));

    assertThat(explained.plans().get(0).text())
        .containsPattern("using delivery_pkey on delivery d \\(actual rows=51\\b");
  }

  @Test
  void a_state_shows_those_alone_with_their_facts() {
    mixed();
    assertThat(of(DeliveryState.DELIVERED))
        .hasSize(3)
        .allMatch(row -> row.finishedAt() != null && row.nextAttemptAt() == null)
        .allMatch(row -> row.attemptCount() == 1 && "gold".equals(row.star()));
    assertThat(of(DeliveryState.FAILED))
        .hasSize(3)
        .allMatch(row -> "attempts exhausted".equals(row.reason()));
    assertThat(of(DeliveryState.PENDING))
        .hasSize(4)
        .allMatch(row -> row.finishedAt() == null && row.nextAttemptAt() != null)
        .allMatch(row -> row.object().equals("Company") && row.action().equals("update"));
  }

  @Test
  void since_and_until_bound_the_time_of_the_change() {
    fixture.updates(company, 3);
    fixture.fanOut();
    Instant middle =
        fixture
            .one(
                "select change_at from changepost.delivery order by change_id offset 1 limit 1",
                java.sql.Timestamp.class)
            .toInstant();
    assertThat(
            reader
                .page(organization, webhook, new DeliveryFilter(null, middle, null, null, 50))
                .items())
        .hasSize(2);
    assertThat(
            reader
                .page(organization, webhook, new DeliveryFilter(null, null, middle, null, 50))
                .items())
        .hasSize(1);
  }

  @Test
  void one_delivery_is_shown_with_its_change_and_the_attempts_of_all_rounds() {
    fixture.updates(company, 1);
    ClaimedDelivery delivery = fixture.fanOut(plan(10, 10)).deliveries().get(0);
    fixture.fail(delivery);
    new ReplayStore(fixture.database.apiPool(), 3_000).resend(organization, delivery.id());
    fixture.deliver(fixture.claim(10).get(0));
    DeliveryDetail detail = reader.find(organization, delivery.id()).orElseThrow();
    assertThat(detail.row().state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(detail.row().round()).isEqualTo(2);
    assertThat(detail.row().createdAt()).isEqualTo(delivery.changeAt());
    assertThat(detail.change()).isEqualTo(delivery.change());
    assertThat(detail.attempts())
        .extracting(AttemptRow::round, AttemptRow::number, AttemptRow::status, AttemptRow::error)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, 1, 500, "status 500"),
            org.assertj.core.groups.Tuple.tuple(2, 1, 200, null));
    assertThat(detail.attempts().get(0).duration()).isEqualTo(Duration.ofMillis(12));
    assertThat(detail.attempts().get(0).at())
        .isEqualTo(Instant.parse("2026-11-23T08:45:57.123456Z"));
  }

  @Test
  void nothing_of_another_organization_or_of_a_deleted_webhook_is_shown() {
    fixture.updates(company, 1);
    MessageId id = fixture.fanOut(plan(10, 10)).deliveries().get(0).id();
    long stranger = fixture.organization();
    assertThat(reader.find(stranger, id)).isEmpty();
    assertThat(reader.find(organization, new MessageId(id.changeId(), id.webhookId(), 3)))
        .isEmpty();
    assertThat(
            reader.page(stranger, webhook, new DeliveryFilter(null, null, null, null, 9)).items())
        .isEmpty();
    assertThat(reader.find(organization, id)).isPresent();
    fixture.set(webhook, "deleted_at", "now()");
    assertThat(reader.find(organization, id)).isEmpty();
    assertThat(of(null)).isEmpty();
  }

  @Test
  void pending_is_counted_by_webhook_up_to_a_cap() {
    long quiet = fixture.webhook(organization, "Document/create");
    mixed();
    assertThat(reader.pending(List.of(webhook, quiet), 100)).isEqualTo(Map.of(webhook, 4));
    assertThat(reader.pending(List.of(webhook), 3)).isEqualTo(Map.of(webhook, 3));
    assertThat(reader.pending(List.of(), 3)).isEmpty();
  }

  @Test
  void the_queue_is_counted_and_its_age_told() {
    QueueReader queue = new QueueReader(fixture.database.apiPool());
    assertThat(queue.read()).isEqualTo(new QueueStats(0, null, 0, null, 1, 0, 0, false));
    mixed();
    fixture.updates(company, 5);
    fixture.jdbc.sql("update changepost.outbox set captured_at = now() - interval '90 s'").update();
    fixture
        .jdbc
        .sql("update changepost.delivery set due_at = now() - interval '60 s' where token is null")
        .update();
    QueueStats stats = queue.read();
    assertThat(stats.outbox()).isEqualTo(5);
    assertThat(stats.waiting()).isEqualTo(4);
    assertThat(stats.outboxAge()).isBetween(Duration.ofSeconds(89), Duration.ofSeconds(120));
    assertThat(stats.dueAge()).isBetween(Duration.ofSeconds(59), Duration.ofSeconds(90));
    fixture.statuses.pause(organization, webhook);
    assertThat(queue.read().dueAge()).isNull();
  }

  /** Three delivered, three failed, four waiting, mixed. */
  private void mixed() {
    fixture.updates(company, 6);
    List<ClaimedDelivery> claimed = fixture.fanOut(plan(100, 100)).deliveries();
    for (int i = 0; i < 6; i++) {
      if (i % 2 == 0) {
        fixture.deliver(claimed.get(i));
      } else {
        fixture.fail(claimed.get(i));
      }
    }
    fixture.updates(company, 4);
    fixture.fanOut();
  }

  private List<DeliveryRow> of(@Nullable DeliveryState state) {
    return reader
        .page(organization, webhook, new DeliveryFilter(state, null, null, null, 50))
        .items();
  }
}
