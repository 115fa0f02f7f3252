package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FanOutLimitTest {

  private static final long MILLIS_60 = Duration.ofMillis(60).toNanos();

  private int soon;
  private final FanOutLimit limit = new FanOutLimit(() -> 512, () -> soon, 0);

  @Test
  void takes_no_more_changes_than_there_are_slots_for() {
    assertThat(limit.next(512, 1)).isEqualTo(200);
    limit.took(200, 200, 200, 1);
    assertThat(limit.next(312, 2)).isEqualTo(312);
    limit.took(312, 3_120, 300, 2);
    assertThat(limit.next(400, 3)).isEqualTo(40);
  }

  @Test
  void waits_for_slots_but_not_for_long() {
    assertThat(limit.next(127, 1)).isZero();
    assertThat(limit.next(0, MILLIS_60)).isEqualTo(200);
    limit.took(200, 200, 0, MILLIS_60);
    assertThat(limit.next(0, MILLIS_60 + 1)).isZero();
    assertThat(limit.next(128, MILLIS_60 + 2)).isEqualTo(128);
  }

  @Test
  void waits_longer_for_a_node_that_is_as_quick_as_it_can_be() {
    soon = 32;
    assertThat(limit.next(127, MILLIS_60)).isZero();
    assertThat(limit.next(128, MILLIS_60)).isEqualTo(128);
    long later = 4 * MILLIS_60;
    assertThat(limit.next(32, later)).as("no more than can be leased").isEqualTo(32);
    assertThat(limit.next(31, later)).as("they do not get free after all").isEqualTo(200);
    soon = 31;
    assertThat(limit.next(127, MILLIS_60)).as("endpoints hold them").isEqualTo(200);
  }

  @Test
  void tells_how_long_a_look_would_find_that_it_waits() {
    assertThat(limit.longestWait(MILLIS_60 / 2)).isEqualTo(Duration.ofMillis(20).toNanos());
    assertThat(limit.longestWait(MILLIS_60)).isZero();
    soon = 32;
    assertThat(limit.longestWait(MILLIS_60)).isEqualTo(Duration.ofMillis(140).toNanos());
  }

  @Test
  void goes_on_at_full_speed_while_one_webhook_is_at_its_cap() {
    limit.next(512, 1);
    limit.took(200, 200, 10, 1);
    assertThat(limit.next(502, 2)).isEqualTo(400);
    limit.took(400, 400, 0, 2);
    assertThat(limit.next(0, 3)).isEqualTo(800);
    limit.took(800, 800, 0, 3);
    assertThat(limit.next(0, 4)).as("no slots: nothing to be learnt of caps").isZero();
  }

  @Test
  void goes_back_to_the_slots_when_the_webhook_has_caught_up() {
    limit.next(512, 1);
    limit.took(200, 200, 10, 1);
    limit.next(500, 2);
    limit.took(300, 300, 290, 2);
    assertThat(limit.next(210, 3)).isEqualTo(210);
  }

  @Test
  void stays_short_where_a_change_goes_to_very_many_webhooks() {
    limit.next(512, 1);
    limit.took(10, 20_000, 512, 1);
    assertThat(limit.next(512, 2)).isEqualTo(1);
  }

  @Test
  void works_with_very_few_slots() {
    FanOutLimit few = new FanOutLimit(() -> 1, () -> 0, 0);
    assertThat(few.next(1, 1)).isEqualTo(1);
    assertThat(few.next(0, 2)).isZero();
  }
}
