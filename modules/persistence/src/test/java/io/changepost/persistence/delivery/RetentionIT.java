package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionIT {

  private static Fixture fixture;
  private static RetentionStore retention;

  private long company;

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
    retention = new RetentionStore(fixture.database.senderPool());
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
    fixture.webhook(organization, "Company/update");
    retention.drop(Duration.ZERO);
    retention.ensurePartitions();
  }

  @Test
  void today_and_three_days_ahead_have_their_partitions() {
    assertThat(days()).isEqualTo(4);
    assertThat(retention.ensurePartitions()).isZero();
  }

  @Test
  void an_old_outbox_gets_the_days_it_needs() {
    changesOf("2 days", 3);
    assertThat(retention.ensurePartitions()).isEqualTo(6);
    fixture.fanOut();
    assertThat(fixture.count("change_default")).isZero();
    assertThat(fixture.count("change")).isEqualTo(3);
  }

  @Test
  void a_clock_that_was_wrong_by_years_makes_no_thousands_of_days() {
    changesOf("20000 days", 3);
    assertThat(retention.ensurePartitions()).isLessThanOrEqualTo(40 * 3);
    assertThat(fixture.fanOut()).isEqualTo(3);
    assertThat(fixture.count("change_default")).isEqualTo(3);
    assertThat(retention.drop(Duration.ofDays(30))).isPositive();
    assertThat(fixture.count("change_default")).isEqualTo(3);
    assertThat(fixture.count("delivery")).isEqualTo(3);
  }

  @Test
  void what_went_to_the_default_partition_moves_when_its_day_is_made() {
    changesOf("5 days", 3);
    fixture.fanOut();
    List<ClaimedDelivery> claimed = fixture.claim(10);
    fixture.fail(claimed.get(0));
    claimed.subList(1, 3).forEach(fixture::deliver);
    assertThat(fixture.count("change_default")).isEqualTo(3);
    assertThat(fixture.count("delivery_log_default")).isEqualTo(3);
    assertThat(fixture.count("attempt_default")).isOne();
    fixture
        .jdbc
        .sql("select changepost.ensure_day((now() at time zone 'UTC')::date - 5)")
        .query(Integer.class)
        .single();
    assertThat(fixture.count("change_default")).isZero();
    assertThat(fixture.count("change")).isEqualTo(3);
    assertThat(fixture.count("delivery_log_default")).isZero();
    assertThat(fixture.count("delivery_log")).isEqualTo(3);
    assertThat(fixture.count("attempt_default")).isZero();
    assertThat(fixture.count("attempt")).isOne();
    assertThat(fixture.count("every_attempt")).isEqualTo(3);
  }

  @Test
  void days_past_retention_are_dropped_whole_and_younger_ones_stay() {
    changesOf("10 days", 2);
    retention.ensurePartitions();
    fixture.fanOut();
    changesOf("1 day", 2);
    fixture.fanOut();
    fixture.claim(10).forEach(fixture::deliver);
    assertThat(fixture.count("delivery_log")).isEqualTo(4);
    assertThat(retention.drop(Duration.ofDays(5))).isEqualTo(5);
    assertThat(fixture.count("change")).isEqualTo(2);
    assertThat(fixture.count("delivery_log")).isEqualTo(2);
    assertThat(fixture.count("every_attempt")).isEqualTo(2);
  }

  @Test
  void a_day_that_a_waiting_delivery_needs_stays_until_it_ended() {
    changesOf("10 days", 2);
    retention.ensurePartitions();
    fixture.fanOut();
    retention.drop(Duration.ofDays(5));
    assertThat(fixture.count("change")).isEqualTo(2);
    fixture.claim(10).forEach(fixture::deliver);
    assertThat(retention.drop(Duration.ofDays(5))).isEqualTo(1);
    assertThat(fixture.count("change")).isZero();
  }

  @Test
  void a_day_that_the_outbox_needs_stays() {
    changesOf("10 days", 2);
    retention.ensurePartitions();
    retention.drop(Duration.ofDays(5));
    assertThat(
            fixture.one(
                "select to_regclass('changepost.change_' || to_char(now() at time zone 'UTC' - interval '10 days', 'YYYYMMDD')) is not null",
                Boolean.class))
        .isTrue();
  }

  @Test
  void the_default_partitions_are_cleared_too_but_for_what_is_needed() {
    changesOf("10 days", 4);
    fixture.fanOut();
    fixture.claim(3).forEach(fixture::deliver);
    assertThat(fixture.count("change_default")).isEqualTo(4);
    retention.drop(Duration.ofDays(5));
    assertThat(fixture.count("change_default")).isOne();
    assertThat(fixture.count("delivery_log_default")).isZero();
    assertThat(fixture.count("attempt_default")).isZero();
  }

  @Test
  void a_lock_held_by_somebody_is_not_queued_for() throws Exception {
    changesOf("10 days", 2);
    retention.ensurePartitions();
    fixture.fanOut();
    fixture.claim(10).forEach(fixture::deliver);
    try (Connection reader = fixture.database.apiPool().getConnection();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("select count(*) from changepost.change");
      assertThat(retention.drop(Duration.ofDays(9))).isZero();
      reader.rollback();
    }
    assertThat(retention.drop(Duration.ofDays(9))).isOne();
  }

  private void changesOf(String age, int number) {
    fixture.updates(company, number);
    fixture
        .jdbc
        .sql("update changepost.outbox set captured_at = now() - cast(? as interval)")
        .param(age)
        .update();
  }

  private static int days() {
    return fixture.one(
            "select count(*) from pg_inherits where inhparent = 'changepost.change'::regclass",
            Integer.class)
        - 1;
  }
}
