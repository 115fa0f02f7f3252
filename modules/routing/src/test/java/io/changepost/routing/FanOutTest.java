package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.component.sql.SqlHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one statement of fan-out tells the next. */
class FanOutTest {

  private static final String SHORT = "fitting as materialized";

  private final CamelContext context = new DefaultCamelContext();
  private final FanOutStatement statement = new FanOutStatement(context);
  private final PreparedOnce strategy = new PreparedOnce(statement::form);
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

  @Test
  void what_the_short_form_left_the_other_takes_from_where_that_began() throws Exception {
    prepare();
    fanOut.plan();
    fanOut.accepted(List.of(batch(100, null, null)));
    Awaitility.await()
        .untilAsserted(
            () -> {
              // The one that looks at all, four times a second.
              assertThat(prepare()).contains(SHORT);
              assertThat(fanOut.plan()).contains("\"after\":0,");
            });
    fanOut.accepted(List.of(batch(0, null, null)));

    assertThat(prepare()).doesNotContain(SHORT);
    assertThat(fanOut.plan()).contains("\"after\":0,");
    fanOut.accepted(List.of(batch(101, null, null)));
    assertThat(prepare()).contains(SHORT);
    assertThat(fanOut.plan()).contains("\"after\":90000,");
  }

  private String prepare() throws Exception {
    String full =
        SqlHelper.resolveQuery(context, "classpath:sql/fan-out/filter-by-subscriptions.sql", "#");
    return strategy.prepareQuery(full, true, new DefaultExchange(context));
  }

  private static Map<String, Object> batch(
      int taken, @Nullable String within, @Nullable String moved) {
    Map<String, Object> row = new HashMap<>();
    row.put("kind", "batch");
    row.put("taken", taken);
    row.put("delivered", taken);
    row.put("worker_lost", 0);
    row.put("lost_leases", 0);
    row.put("after", 100_000L);
    row.put("within", within);
    row.put("moved", moved);
    return row;
  }

  private FanOut fanOut() {
    AdaptiveScheduler neverStarted =
        new AdaptiveScheduler(
            "fan-out", new ReentrantLock(), Duration.ofMillis(4), Duration.ofMillis(100));
    return new FanOut(ClaimsTest.claims(512), neverStarted, new SenderStats(() -> 0), statement);
  }
}
