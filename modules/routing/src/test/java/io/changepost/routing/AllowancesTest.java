package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AllowancesTest {

  /** 10 slots of one webhook and 40 leases of one that is quick; 500 slots in all. */
  private final RoutingSettings.SlotLimits limits = new RoutingSettings.SlotLimits(500, 10);

  @Test
  void who_answers_quickly_has_four_times_its_slots() {
    assertThat(counted(Map.of(7L, 12), List.of(7L), Map.of(7L, 3))).isEqualTo(Map.of(7L, 3));
  }

  @Test
  void who_takes_its_time_has_its_slots_alone_whatever_its_pace() {
    assertThat(counted(Map.of(99L, 200), List.of(7L, 99L), Map.of(7L, 3, 99L, 4)))
        .isEqualTo(Map.of(7L, 3, 99L, 34));
  }

  @Test
  void who_ends_many_has_what_its_pace_allows_and_the_others_no_more_for_it() {
    assertThat(counted(Map.of(7L, 200, 8L, 100), List.of(7L, 8L, 9L), Map.of(7L, 3, 8L, 70)))
        .isEqualTo(Map.of(7L, 3 - 160, 8L, 70 - 60));
  }

  @Test
  void one_alone_never_has_more_than_half_of_the_leases() {
    assertThat(counted(Map.of(7L, 9_999), List.of(7L), Map.of())).isEqualTo(Map.of(7L, 40 - 1_000));
  }

  @Test
  void the_pace_of_one_that_does_not_answer_does_not_count() {
    assertThat(counted(Map.of(8L, 200), List.of(7L), Map.of(8L, 3))).isEqualTo(Map.of(8L, 3));
  }

  /** Webhook 99 takes its time. */
  private Map<Long, Integer> counted(
      Map<Long, Integer> ahead, List<Long> answering, Map<Long, Integer> leased) {
    return new Allowances(limits, ahead, answering, id -> id != 99).counted(leased);
  }
}
