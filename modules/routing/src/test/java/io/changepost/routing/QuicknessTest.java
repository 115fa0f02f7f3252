package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long an attempt may take before it is taken to wait for an endpoint. */
class QuicknessTest {

  private static final long LOOK = Quickness.LOOK_NANOS;

  private long used;
  private long now;
  private double load = 1;
  private final Quickness quickness = new Quickness(4, new Processors(() -> used, () -> load), now);

  @Test
  void is_what_attempts_take_of_the_processors_they_share_and_as_much_again() {
    busy();
    look(100, Duration.ofMillis(40));
    assertThat(quickness.nanos(now)).isEqualTo(2 * 4 * 400_000);
    look(100, Duration.ofMillis(20));
    assertThat(quickness.nanos(now)).isEqualTo(2 * 4 * 200_000);
  }

  @Test
  void stays_between_one_and_eight_milliseconds() {
    busy();
    look(1_000, Duration.ofMillis(50));
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.LEAST_NANOS);
    look(20, Duration.ofMillis(200));
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.MOST_NANOS);
  }

  @Test
  void a_node_with_little_to_do_learns_nothing_from_what_it_does_besides() {
    busy();
    look(19, Duration.ofMillis(100));
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.LEAST_NANOS);
  }

  @Test
  void a_pause_ends_what_was_learnt() {
    busy();
    look(100, Duration.ofMillis(40));
    now += 10 * LOOK;
    for (int i = 0; i < 100; i++) {
      quickness.ended();
    }
    used += Duration.ofMillis(40).toNanos();
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.LEAST_NANOS);
  }

  @Test
  void one_look_that_sees_no_load_changes_nothing_and_several_do() {
    busy();
    load = Double.NaN;
    look(100, Duration.ofMillis(40));
    assertThat(quickness.nanos(now)).isEqualTo(2 * 4 * 400_000);
    look(100, Duration.ofMillis(40));
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.LEAST_NANOS);
  }

  @Test
  void where_the_processors_have_time_it_is_endpoints_that_take_it() {
    busy();
    load = 0.7;
    for (int i = 0; i < 20; i++) {
      look(100, Duration.ofMillis(40));
    }
    assertThat(quickness.nanos(now)).isEqualTo(Quickness.LEAST_NANOS);
  }

  @Test
  void the_system_tells_what_this_process_took() {
    assertThat(Processors.here().used().getAsLong()).isPositive();
  }

  /** Two seconds in which the processors had as much to do as they could. */
  private void busy() {
    for (int i = 0; i < 20; i++) {
      look(100, Duration.ofMillis(40));
    }
  }

  /** A tenth of a second in which so many ended and took so much. */
  private void look(int ended, Duration took) {
    quickness.nanos(now);
    for (int i = 0; i < ended; i++) {
      quickness.ended();
    }
    used += took.toNanos();
    now += LOOK;
    quickness.nanos(now);
  }
}
