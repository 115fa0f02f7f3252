package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllowancesTest {

  /** 10 slots of one webhook, 40 leases ahead of them without a pace, 2,000 in all. */
  private final RoutingSettings.SlotLimits limits = new RoutingSettings.SlotLimits(500, 10);

  @Test
  void who_answers_quickly_has_four_times_its_slots() {
    Allowances allowed = allowances(Map.of(7L, 12), List.of(7L));

    assertThat(allowed.most()).isEqualTo(40);
    assertThat(allowed.counted(Map.of(7L, 3))).isEqualTo(Map.of(7L, 3));
  }

  @Test
  void who_takes_its_time_has_its_slots_alone() {
    Allowances allowed = allowances(Map.of(), List.of(7L, 99L));

    assertThat(allowed.counted(Map.of(7L, 3, 99L, 4))).isEqualTo(Map.of(7L, 3, 99L, 34));
  }

  @Test
  void who_ends_many_has_what_its_pace_allows_and_the_others_no_more_for_it() {
    Allowances allowed = allowances(Map.of(7L, 700, 8L, 100), List.of(7L, 8L, 9L, 99L));

    assertThat(allowed.most()).isEqualTo(700);
    assertThat(allowed.counted(Map.of(7L, 3, 8L, 4)))
        .isEqualTo(Map.of(7L, 3, 8L, 604, 9L, 660, 99L, 690));
  }

  @Test
  void nobody_has_more_than_the_node() {
    assertThat(allowances(Map.of(7L, 9_999), List.of(7L)).most()).isEqualTo(2_000);
  }

  @Test
  void the_pace_of_one_that_takes_its_time_or_does_not_answer_does_not_count() {
    assertThat(allowances(Map.of(8L, 700, 99L, 700), List.of(7L, 99L)).most()).isEqualTo(40);
  }

  /** Webhook 99 takes its time. */
  private Allowances allowances(Map<Long, Integer> ahead, List<Long> answering) {
    return new Allowances(limits, ahead, answering, id -> id != 99);
  }
}
