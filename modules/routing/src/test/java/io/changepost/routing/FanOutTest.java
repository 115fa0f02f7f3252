package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one statement of fan-out tells the next. */
class FanOutTest {

  private final FanOut fanOut = fanOut();

  @Test
  void whose_contacts_a_large_batch_found_within_the_limit_the_next_plan_names() {
    assertThat(fanOut.plan()).contains("\"within\":[]");
    fanOut.accepted(List.of(batch(100, "7 9", null)));

    assertThat(fanOut.plan()).containsPattern("\"within\":\\[(7,9|9,7)]");
  }

  @Test
  void whose_relations_a_batch_took_the_next_plan_no_longer_names() {
    fanOut.plan();
    fanOut.accepted(List.of(batch(100, "7 9", null)));
    fanOut.plan();
    fanOut.accepted(List.of(batch(100, null, "7")));

    assertThat(fanOut.plan()).contains("\"within\":[9]");
  }

  @Test
  void after_a_small_batch_all_are_counted() {
    fanOut.plan();
    fanOut.accepted(List.of(batch(3, "7 9", null)));

    assertThat(fanOut.plan()).contains("\"within\":[]");
  }

  @Test
  void a_statement_that_never_came_back_changes_nothing() {
    fanOut.plan();
    fanOut.accepted(List.of(batch(100, "7", null)));
    fanOut.plan();

    assertThat(fanOut.plan()).contains("\"within\":[7]");
  }

  @Test
  void a_batch_that_took_nothing_changes_nothing() {
    fanOut.plan();
    fanOut.accepted(List.of(batch(100, "7", null)));
    fanOut.plan();
    fanOut.accepted(List.of());

    assertThat(fanOut.plan()).contains("\"within\":[7]");
  }

  private static Map<String, Object> batch(
      int taken, @Nullable String within, @Nullable String moved) {
    Map<String, Object> row = new HashMap<>();
    row.put("kind", "batch");
    row.put("taken", taken);
    row.put("delivered", taken);
    row.put("worker_lost", 0);
    row.put("lost_leases", 0);
    row.put("after", 1_000L);
    row.put("within", within);
    row.put("moved", moved);
    return row;
  }

  private static FanOut fanOut() {
    AdaptiveScheduler neverStarted =
        new AdaptiveScheduler(
            "fan-out", new ReentrantLock(), Duration.ofMillis(4), Duration.ofMillis(100));
    return new FanOut(
        ClaimsTest.claims(512),
        neverStarted,
        new SenderStats(() -> 0),
        new FanOutStatement(new DefaultCamelContext()));
  }
}
