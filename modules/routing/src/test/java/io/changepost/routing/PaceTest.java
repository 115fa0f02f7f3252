package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final Pace pace = new Pace(0);

  @Test
  void what_ends_in_a_fifth_of_a_second_may_be_leased_ahead() {
    end(7, 70);
    end(8, 7);

    pace.learn(99_999_999);
    assertThat(pace.lately()).as("too early to tell").isZero();
    pace.learn(100_000_000);
    assertThat(pace.lately()).isEqualTo(154);
    assertThat(pace.aheadOf()).isEqualTo(Map.of(7L, 140, 8L, 14));
  }

  @Test
  void a_look_tells_of_the_time_since_the_one_before_it() {
    end(7, 1_000);
    pace.learn(100_000_000);
    end(8, 10);
    pace.learn(1_100_000_000);

    assertThat(pace.soon()).isEqualTo(2);
    assertThat(pace.aheadOf()).isEqualTo(Map.of(8L, 2));
  }

  @Test
  void what_it_was_is_known_for_four_seconds_whenever_it_was_and_not_for_ever() {
    for (long peak = 1; peak <= 40; peak++) {
      Pace pace = new Pace(0);
      for (long tenths = 1; tenths <= peak + 81; tenths++) {
        if (tenths == peak) {
          end(pace, 7, 1_000);
        }
        pace.learn(tenths * 100_000_000);
        if (tenths <= peak + 40) {
          assertThat(pace.lately())
              .as("the best at %d, now it is %d", peak, tenths)
              .isEqualTo(tenths < peak ? 0 : 2_000);
        }
      }
      assertThat(pace.lately()).isZero();
    }
  }

  @Test
  void what_was_long_ago_is_not_known_however_seldom_it_is_looked_at() {
    end(7, 1_000);
    pace.learn(100_000_000);
    pace.learn(60_000_000_000L);
    assertThat(pace.lately()).isZero();
  }

  @Test
  void what_ends_in_a_short_time_is_a_part_of_what_ends_in_a_fifth_of_a_second() {
    end(7, 500);
    assertThat(pace.within(4_000_000)).as("before the first look").isEqualTo(10);
    pace.learn(100_000_000);
    assertThat(pace.within(4_000_000)).isEqualTo(20);
  }

  private void end(long webhookId, int number) {
    end(pace, webhookId, number);
  }

  private static void end(Pace pace, long webhookId, int number) {
    for (int i = 0; i < number; i++) {
      pace.ended(webhookId);
    }
  }
}
