package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.persistence.delivery.ClaimedBatch;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WithinLimitTest {

  private static final long BEGIN = Long.MAX_VALUE - 7;

  private final WithinLimit limit = new WithinLimit();

  private void took(List<Long> within, List<Long> moved, long millis) {
    limit.took(1_000, new ClaimedBatch.Contacts(within, moved), at(millis));
  }

  private static long at(long millis) {
    return BEGIN + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void who_was_counted_is_not_counted_for_a_second_and_is_after_two() {
    took(List.of(3L, 4L), List.of(), 0);

    assertThat(limit.organizations(at(999))).containsExactlyInAnyOrder(3L, 4L);
    assertThat(limit.organizations(at(2_000))).isEmpty();
  }

  @Test
  void what_was_not_counted_lasts_no_longer_for_being_used() {
    took(List.of(3L), List.of(), 0);
    for (int millis = 0; millis < 2_000; millis += 10) {
      if (limit.organizations(at(millis)).contains(3L)) {
        took(List.of(), List.of(), millis);
      }
    }

    assertThat(limit.organizations(at(2_000))).isEmpty();
  }

  @Test
  void whose_relations_changed_is_counted_at_once() {
    took(List.of(3L, 4L), List.of(), 0);
    took(List.of(), List.of(3L), 1);

    assertThat(limit.organizations(at(2))).containsExactly(4L);
  }

  @Test
  void whose_relations_changed_before_they_were_counted_need_not_be() {
    took(List.of(3L), List.of(3L), 0);

    assertThat(limit.organizations(at(1))).containsExactly(3L);
  }

  @Test
  void those_who_were_counted_together_are_not_all_counted_together_again() {
    List<Long> many = LongStream.rangeClosed(1, 500).boxed().toList();
    took(many, List.of(), 0);

    assertThat(limit.organizations(at(1_250))).hasSizeBetween(300, 450);
    assertThat(limit.organizations(at(1_500))).hasSizeBetween(180, 320);
    assertThat(limit.organizations(at(1_750))).hasSizeBetween(50, 200);
  }

  @Test
  void a_plan_names_no_more_than_some_thousands() {
    took(LongStream.rangeClosed(1, 9_000).boxed().toList(), List.of(), 0);

    assertThat(limit.organizations(at(1))).hasSize(2_000);
  }
}
