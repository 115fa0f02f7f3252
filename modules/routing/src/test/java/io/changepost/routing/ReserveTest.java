package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReserveTest {

  private final Reserve reserve = new Reserve(64, Duration.ofSeconds(16), 0);

  @Test
  void a_quarter_of_it_is_given_at_once_and_the_rest_little_by_little() {
    assertThat(reserve.room(0)).isEqualTo(16);
    reserve.gave(16);
    assertThat(reserve.room(0)).isZero();
    assertThat(reserve.room(seconds(1))).as("48 in 16 s").isEqualTo(3);
    reserve.gave(2);
    assertThat(reserve.room(seconds(2))).isEqualTo(4);
    assertThat(reserve.room(seconds(60))).isEqualTo(16);
  }

  @Test
  void no_more_than_all_of_it_is_out_in_the_time_of_a_timeout() {
    int gave = 0;
    for (int second = 0; second <= 16; second++) {
      int room = reserve.room(seconds(second));
      reserve.gave(room);
      gave += room;
    }
    assertThat(gave).isEqualTo(64);
  }

  @Test
  void a_node_with_very_few_slots_has_none_to_spare() {
    assertThat(new Reserve(0, Duration.ofSeconds(16), 0).room(seconds(60))).isZero();
  }

  private static long seconds(int seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
