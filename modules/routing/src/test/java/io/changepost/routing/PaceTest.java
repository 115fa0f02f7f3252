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
    assertThat(pace.ahead()).as("too early to tell").isZero();
    pace.learn(100_000_000);
    assertThat(pace.ahead()).isEqualTo(154);
    assertThat(pace.aheadOf()).isEqualTo(Map.of(7L, 140, 8L, 14));
  }

  @Test
  void a_look_tells_of_the_time_since_the_one_before_it() {
    end(7, 1_000);
    pace.learn(100_000_000);
    end(8, 10);
    pace.learn(1_100_000_000);

    assertThat(pace.ahead()).isEqualTo(2);
    assertThat(pace.aheadOf()).isEqualTo(Map.of(8L, 2));
  }

  private void end(long webhookId, int number) {
    for (int i = 0; i < number; i++) {
      pace.ended(webhookId);
    }
  }
}
