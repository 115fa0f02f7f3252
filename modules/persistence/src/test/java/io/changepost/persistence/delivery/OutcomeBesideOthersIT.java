package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.answer;
import static io.changepost.persistence.delivery.Fixture.plan;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outcomes that wait for a row which somebody else is about to change. */
class OutcomeBesideOthersIT {

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
  void webhook() {
    fixture.clear();
    long organization = fixture.organization();
    company = fixture.companyWith(organization, "green");
    webhook = fixture.webhook(organization, "Company/update");
  }

  @Test
  void the_next_of_an_ordered_queue_is_due_also_where_a_claim_just_puts_it_back() throws Exception {
    fixture.set(webhook, "ordered", "true");
    fixture.change("Company", "update", company, null);
    fixture.change("Company", "update", company, null);
    fixture.fanOut();
    ClaimedDelivery head = fixture.claim(10).get(0);

    RecordedOutcome recorded =
        whileChanged(
            """
            update changepost.delivery set due_at = clock_timestamp() + interval '3 minutes'
            where token is null
            """,
            () -> fixture.deliver(head));

    assertThat(recorded.became()).isEqualTo(RecordedOutcome.Became.DELIVERED);
    assertThat(fixture.claim(10))
        .singleElement()
        .matches(next -> next.id().changeId() > head.id().changeId());
  }

  @Test
  void gone_makes_a_webhook_inactive_that_is_just_being_edited() throws Exception {
    fixture.updates(company, 1);
    ClaimedDelivery delivery = fixture.fanOut(plan(1, 1)).deliveries().get(0);

    RecordedOutcome recorded =
        whileChanged(
            "update changepost.webhook set description = 'new'",
            () -> fixture.record(delivery, answer(410, false), new Outcome.Gone()));

    assertThat(recorded.webhookBecameInactive()).isTrue();
    assertThat(
            fixture.one(
                "select status || ' ' || description from changepost.webhook", String.class))
        .isEqualTo("inactive new");
  }

  @Test
  void gone_leaves_a_webhook_alone_that_is_just_being_deleted() throws Exception {
    fixture.updates(company, 1);
    ClaimedDelivery delivery = fixture.fanOut(plan(1, 1)).deliveries().get(0);

    RecordedOutcome recorded =
        whileChanged(
            "update changepost.webhook set deleted_at = clock_timestamp()",
            () -> fixture.record(delivery, answer(410, false), new Outcome.Gone()));

    assertThat(recorded.webhookBecameInactive()).isFalse();
    assertThat(fixture.one("select status from changepost.webhook", String.class))
        .isEqualTo("active");
  }

  /** What comes of the work where it meets the change before that is committed. */
  private static <T> T whileChanged(String change, Supplier<T> work) throws SQLException {
    try (Connection other = fixture.database.apiPool().getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.executeUpdate(change);
      CompletableFuture<T> result = CompletableFuture.supplyAsync(work);
      await().until(() -> result.isDone() || isAnybodyWaiting());
      assertThat(result).isNotDone();
      other.commit();
      return result.orTimeout(10, SECONDS).join();
    }
  }

  private static boolean isAnybodyWaiting() {
    return fixture.one(
        """
        select exists (
          select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock')
        """,
        Boolean.class);
  }
}
