package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.sql.SqlHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** When fan-out takes its short form. */
class FanOutStatementTest {

  private final CamelContext context = new DefaultCamelContext();
  private final FanOutStatement statement = new FanOutStatement(context);

  @Test
  void as_long_as_all_fits_the_short_form_runs() {
    for (int i = 0; i < 3; i++) {
      assertThat(isShort()).isTrue();
      statement.took();
    }
  }

  @Test
  void where_it_did_not_fit_the_other_runs_and_then_the_short_one_again() {
    assertThat(isShort()).isTrue();
    statement.didNotFit();
    assertThat(isShort()).isFalse();
    statement.took();
    assertThat(isShort()).isTrue();
  }

  @Test
  void where_it_goes_on_not_to_fit_it_is_tried_ever_more_rarely_but_always_again() {
    assertThat(IntStream.range(0, 8).map(i -> runsOfTheOtherFrom(isShort())))
        .containsExactly(0, 1, 2, 4, 8, 16, 32, 32);
    statement.took();
    statement.didNotFit();
    assertThat(runsOfTheOtherFrom(isShort())).as("after it fitted once").isOne();
  }

  /** How often the other runs before the short one is tried again, which does not fit either. */
  private int runsOfTheOtherFrom(boolean isShort) {
    int runs = 0;
    for (boolean tried = isShort; !tried; tried = isShort()) {
      statement.took();
      runs++;
    }
    statement.didNotFit();
    return runs;
  }

  @Test
  void a_statement_of_somebodys_own_stays_what_it_is() throws Exception {
    String own = "select 'batch' as kind, :?plan";

    assertThat(statement.prepareQuery(own, true, new DefaultExchange(context)))
        .isEqualTo("select 'batch' as kind, ?");
  }

  private boolean isShort() {
    try {
      String full =
          SqlHelper.resolveQuery(context, "classpath:sql/fan-out/filter-by-subscriptions.sql", "#");
      String prepared = statement.prepareQuery(full, true, new DefaultExchange(context));
      assertThat(prepared).contains("json_to_record(cast(? as json))");
      return prepared.contains("fitting as materialized");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
