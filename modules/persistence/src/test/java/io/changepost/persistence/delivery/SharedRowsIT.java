package io.changepost.persistence.delivery;

import static io.changepost.persistence.delivery.Fixture.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.changepost.domain.ClaimedDelivery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What several leased deliveries share comes from the database once. */
class SharedRowsIT {

  private static Fixture fixture;

  private long company;
  private List<Long> webhooks = List.of();

  @BeforeAll
  static void migrate() {
    fixture = Fixture.migrated();
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  /** Three webhooks that hear of two changes. */
  @BeforeEach
  void threeListen() {
    fixture.clear();
    long organization = fixture.organization();
    company = fixture.companyWith(organization, "gold");
    webhooks =
        List.of(
            fixture.webhook(organization, "Company/update"),
            fixture.webhook(organization, "Company/update"),
            fixture.webhook(organization, "Company/update"));
    fixture.updates(company, 2);
  }

  @Test
  void fan_out_tells_each_change_and_each_webhook_once() {
    List<Map<String, Object>> rows = fixture.fanOutRows(plan(100, 10));

    assertThat(rows)
        .extracting(row -> row.get("kind"))
        .containsExactlyInAnyOrder("batch", "change", "change", "webhook", "webhook", "webhook");
    List<ClaimedDelivery> leased = ClaimedBatch.read(rows).deliveries();
    assertThat(leased).hasSize(6);
    assertThat(leased).extracting(one -> one.id().webhookId()).containsAll(webhooks);
    assertThat(leased).extracting(ClaimedDelivery::number).containsOnly(1);
    assertThat(leased).extracting(ClaimedDelivery::judged).doesNotContainNull();
    assertOneObjectForEachChange(leased);
  }

  @Test
  void a_claim_tells_each_change_and_each_webhook_once() {
    fixture.fanOut();

    List<Map<String, Object>> rows = fixture.claimRows(plan(100, 10));

    assertThat(rows)
        .extracting(row -> row.get("kind"))
        .containsExactlyInAnyOrder("batch", "change", "change", "webhook", "webhook", "webhook");
    List<ClaimedDelivery> leased = ClaimedBatch.read(rows).deliveries();
    assertThat(leased).hasSize(6);
    assertThat(leased).extracting(ClaimedDelivery::judged).containsOnlyNulls();
    assertThat(leased).extracting(one -> one.secrets().size()).containsOnly(1);
    assertOneObjectForEachChange(leased);
  }

  @Test
  void each_claimed_delivery_has_its_own_round_and_number() {
    fixture.fanOut();
    fixture
        .jdbc
        .sql(
            "update changepost.delivery set round = 1 + webhook_id % 3, attempt_count = change_id % 4")
        .update();

    List<ClaimedDelivery> leased = fixture.claim(plan(100, 10)).deliveries();

    assertThat(leased)
        .hasSize(6)
        .allSatisfy(
            one -> {
              assertThat(one.round()).isEqualTo(1 + (int) (one.id().webhookId() % 3));
              assertThat(one.number()).isEqualTo(1 + (int) (one.id().changeId() % 4));
              assertThat(salt(one)).isEqualTo(one.id().salt());
            });
  }

  @Test
  void each_delivery_leased_by_fan_out_has_the_star_and_rank_it_was_judged_by() {
    long crowded = fixture.organization();
    fixture.star(crowded, company, "green");
    fixture.star(crowded, fixture.company(), "black");
    fixture.star(crowded, fixture.company(), "black");
    long ranked = fixture.webhook(crowded, "Company/update");
    fixture.updates(company, 1);

    List<ClaimedDelivery> leased =
        fixture
            .fanOut(new ClaimPlan(1_000, 8_000_000, 2, 1, Fixture.LEASE, 100, 10, Map.of()))
            .deliveries();

    assertThat(leased)
        .hasSize(10)
        .anyMatch(one -> one.id().webhookId() == ranked)
        .allSatisfy(
            one ->
                assertThat(one.judged())
                    .isEqualTo(
                        one.id().webhookId() == ranked
                            ? new ClaimedDelivery.Judged("green", 1, 10)
                            : new ClaimedDelivery.Judged("gold", null, 10)));
  }

  @Test
  void a_delivery_whose_webhook_does_not_come_with_it_is_left_to_its_lease() {
    List<Map<String, Object>> rows = fixture.fanOutRows(plan(100, 10));

    ClaimedBatch batch =
        ClaimedBatch.read(
            rows.stream().filter(row -> !webhooks.get(0).equals(row.get("webhook_id"))).toList());

    assertThat(batch.delivered()).isEqualTo(6);
    assertThat(batch.leased()).isEqualTo(4);
    assertThat(batch.deliveries())
        .extracting(one -> one.id().webhookId())
        .doesNotContain(webhooks.get(0));
  }

  @Test
  void a_row_of_an_unknown_kind_is_no_answer() {
    Map<String, Object> row = Map.of("kind", "delivery");

    assertThatThrownBy(() -> ClaimedBatch.read(List.of(row)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("delivery");
  }

  private static long salt(ClaimedDelivery one) {
    return fixture
        .jdbc
        .sql("select salt from changepost.delivery where webhook_id = ? and change_id = ?")
        .params(one.id().webhookId(), one.id().changeId())
        .query(Long.class)
        .single();
  }

  private static void assertOneObjectForEachChange(List<ClaimedDelivery> leased) {
    Map<Long, Object> first = new HashMap<>();
    for (ClaimedDelivery one : leased) {
      assertThat(one.change())
          .isSameAs(first.computeIfAbsent(one.change().id(), id -> one.change()));
    }
    assertThat(first).hasSize(2);
  }
}
