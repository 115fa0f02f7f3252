package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HinderedTest {

  @Test
  void is_told_at_the_first_and_then_once_a_minute_with_all_that_came_meanwhile() {
    AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    Hindered hindered = new Hindered(clock::get);
    assertThat(hindered.one()).isEqualTo(1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(hindered.one()).isZero();
    }
    clock.addAndGet(TimeUnit.MINUTES.toNanos(1) - 1);
    assertThat(hindered.one()).isZero();
    clock.addAndGet(1);
    assertThat(hindered.one()).isEqualTo(1_002);
    assertThat(hindered.one()).isZero();
  }
}
