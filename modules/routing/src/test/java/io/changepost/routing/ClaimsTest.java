package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import io.changepost.persistence.delivery.InactivityRule;
import io.changepost.persistence.delivery.InactivityRule.QuietWebhooks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What webhooks may have that nobody has heard of; timeouts are so long that none comes back. */
class ClaimsTest {

  private final Claims claims = claims(512);

  @Test
  void who_waits_already_leaves_the_reserve_to_new_changes() {
    assertThat(silent(claims.plan(1_000))).isEqualTo(192);
    take(192);
    assertThat(silent(claims.plan(1_000))).isZero();
    assertThat(silent(claims.planOfNew(1_000))).isEqualTo(16);
  }

  @Test
  void the_reserve_is_given_out_little_by_little() {
    claims.planOfNew(1_000);
    take(200);
    assertThat(silent(claims.planOfNew(1_000))).as("8 of 16 are gone").isEqualTo(8);
    take(8);
    assertThat(silent(claims.planOfNew(1_000))).isZero();
  }

  @Test
  void the_reserve_is_not_for_those_that_fail() {
    claims.plan(1_000);
    take(192);
    assertThat(claims.planOfNew(1_000).lanes().freeForFailing()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 7, 8, 16})
  void a_node_with_very_few_slots_has_some_for_webhooks_nobody_has_heard_of(int total) {
    assertThat(silent(claims(total).plan(1_000))).isPositive();
  }

  private static int silent(ClaimPlan plan) {
    return plan.lanes().freeForSilent();
  }

  /** Those of a node with so many slots that has done nothing yet. */
  static Claims claims(int total) {
    RoutingSettings.SlotLimits limits = new RoutingSettings.SlotLimits(total, 10);
    return new Claims(
        new Slots(limits, System::nanoTime),
        new RecentAnswers(System::nanoTime),
        new RoutingSettings(
            limits,
            Duration.ofDays(2),
            Duration.ofDays(1),
            0,
            3_000,
            new InactivityRule(Duration.ofDays(5), QuietWebhooks.KEEP),
            Duration.ofDays(30)));
  }

  /** Takes one delivery of each of so many webhooks. */
  private void take(int number) {
    List<ClaimedDelivery> deliveries = new ArrayList<>();
    for (int webhook = 1; webhook <= number; webhook++) {
      deliveries.add(Deliveries.of(webhook));
    }
    claims.take(
        new ClaimedBatch(number, number, number, 0, 0, deliveries, 0, ClaimedBatch.Contacts.NONE));
  }
}
