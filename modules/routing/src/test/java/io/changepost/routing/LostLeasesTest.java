package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LostLeasesTest {

  private final AtomicLong now = new AtomicLong(-5);
  private final AtomicInteger looks = new AtomicInteger();
  private final SenderStats stats = new SenderStats(() -> 0);

  @Test
  void looks_once_a_second_and_counts_what_was_lost() {
    LostLeases leases = new LostLeases(() -> looks.incrementAndGet() == 2 ? 7 : 0, stats, now::get);
    leases.look();
    leases.look();
    assertThat(looks).hasValue(1);
    assertThat(stats.lostLeases()).isZero();
    pass(Duration.ofMillis(999));
    leases.look();
    assertThat(looks).hasValue(1);
    pass(Duration.ofMillis(1));
    leases.look();
    assertThat(looks).hasValue(2);
    assertThat(stats.lostLeases()).isEqualTo(7);
  }

  @Test
  void goes_on_after_a_failure() {
    LostLeases leases =
        new LostLeases(
            () -> {
              if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("no right");
              }
              return 1;
            },
            stats,
            now::get);
    leases.look();
    pass(Duration.ofSeconds(1));
    leases.look();
    assertThat(stats.lostLeases()).isOne();
  }

  @Test
  void looks_less_often_where_a_look_takes_long() {
    LostLeases leases =
        new LostLeases(
            () -> {
              pass(Duration.ofSeconds(1));
              return looks.incrementAndGet() * 0;
            },
            stats,
            now::get);
    leases.look();
    pass(Duration.ofSeconds(19));
    leases.look();
    assertThat(looks).hasValue(1);
    pass(Duration.ofSeconds(1));
    leases.look();
    assertThat(looks).hasValue(2);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
