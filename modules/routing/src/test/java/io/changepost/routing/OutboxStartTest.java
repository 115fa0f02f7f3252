package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutboxStartTest {

  private static final long NOW = 7;
  private static final long QUARTER = Duration.ofMillis(250).toNanos();

  private final OutboxStart start = new OutboxStart();

  @Test
  void begins_at_the_first_while_few_were_taken() {
    assertThat(start.next(NOW)).isZero();
    start.took(OutboxStart.APART);
    assertThat(start.next(NOW + 1)).isZero();
  }

  @Test
  void begins_some_way_before_the_last_one_taken() {
    start.next(NOW);
    start.took(50_000);
    assertThat(start.next(NOW + 1)).isEqualTo(50_000 - OutboxStart.APART);
    start.took(50_600);
    start.took(50_300);
    assertThat(start.next(NOW + 2)).isEqualTo(50_600 - OutboxStart.APART);
  }

  @Test
  void looks_at_all_four_times_a_second() {
    start.next(NOW);
    start.took(50_000);
    assertThat(start.next(NOW + QUARTER - 1)).isPositive();
    assertThat(start.next(NOW + QUARTER)).isZero();
    start.took(50_500);
    assertThat(start.next(NOW + QUARTER + 1)).isEqualTo(50_500 - OutboxStart.APART);
    assertThat(start.next(NOW + 2 * QUARTER)).isZero();
  }

  @Test
  void follows_ids_that_begin_anew() {
    start.next(NOW);
    start.took(5_000_000);
    start.next(NOW + QUARTER);
    start.took(30_000);
    assertThat(start.next(NOW + QUARTER + 1)).isEqualTo(30_000 - OutboxStart.APART);
  }

  @Test
  void what_a_look_at_all_left_the_next_one_sees_too() {
    start.next(NOW);
    start.took(50_000);
    assertThat(start.next(NOW + QUARTER)).isZero();
    start.tookNothing();
    assertThat(start.next(NOW + QUARTER + 1)).isZero();
    start.took(50_100);
    assertThat(start.next(NOW + QUARTER + 2)).isPositive();
    start.tookNothing();
    assertThat(start.next(NOW + QUARTER + 3)).isPositive();
  }
}
