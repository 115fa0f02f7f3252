package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class SenderStatsTest {

  private final AtomicInteger inFlight = new AtomicInteger();
  private final SenderStats stats = new SenderStats(inFlight::get);

  @Test
  void a_node_is_idle_while_nothing_is_made_and_nothing_is_under_way() {
    BooleanSupplier idle = stats.idleness();

    assertThat(idle.getAsBoolean()).isTrue();
    stats.fannedOut(5, 0);
    assertThat(idle.getAsBoolean()).isTrue();
    stats.fannedOut(1, 3);
    assertThat(idle.getAsBoolean()).isFalse();
    assertThat(idle.getAsBoolean()).isTrue();
  }

  @Test
  void a_node_with_an_attempt_that_hangs_is_not_idle() {
    BooleanSupplier idle = stats.idleness();
    inFlight.set(1);

    assertThat(idle.getAsBoolean()).isFalse();
    assertThat(idle.getAsBoolean()).isFalse();

    inFlight.set(0);
    assertThat(idle.getAsBoolean()).isTrue();
  }
}
