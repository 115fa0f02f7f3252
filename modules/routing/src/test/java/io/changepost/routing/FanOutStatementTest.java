package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.sql.SqlHelper;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When fan-out takes its short form. */
class FanOutStatementTest {

  private final CamelContext context = new DefaultCamelContext();
  private final FanOutStatement statement = new FanOutStatement(context);
  private final PreparedOnce strategy = new PreparedOnce(statement::form);

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
  void a_statement_that_took_nothing_though_it_is_not_the_short_form_is_no_misfit() {
    assertThat(isShort()).isTrue();
    assertThat(statement.didNotFit()).isTrue();
    assertThat(isShort()).isFalse();
    assertThat(statement.didNotFit()).isFalse();
    assertThat(isShort()).as("until it took something").isFalse();
    statement.took();
    assertThat(isShort()).isTrue();
  }

  @Test
  void the_consumer_prepares_the_short_form_of_the_shipped_file() throws Exception {
    BlockingQueue<String> prepared = new LinkedBlockingQueue<>();
    context.getRegistry().bind("senderPool", preparing(prepared));
    context.getRegistry().bind("fanOutStatement", strategy);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("sql:classpath:sql/fan-out/filter-by-subscriptions.sql?dataSource=#senderPool"
                    + "&prepareStatementStrategy=#fanOutStatement&parametersCount=1&initialDelay=0")
                .to("log:rows");
          }
        });
    context.start();
    try {
      assertThat(prepared.poll(10, TimeUnit.SECONDS)).contains("fitting as materialized");
    } finally {
      context.stop();
    }
  }

  /** Takes the statement down, and then is away. */
  private static DataSource preparing(BlockingQueue<String> prepared) {
    return proxy(
        DataSource.class,
        (method, arguments) ->
            method.getName().equals("getConnection")
                ? proxy(Connection.class, (call, sql) -> taken(prepared, call, sql))
                : null);
  }

  private static @Nullable Object taken(
      BlockingQueue<String> prepared, Method call, Object[] arguments) throws SQLException {
    if (call.getName().equals("prepareStatement")) {
      prepared.add((String) arguments[0]);
      throw new SQLException("away", "08006");
    }
    return null;
  }

  @FunctionalInterface
  private interface Call {
    @Nullable Object answer(Method method, Object[] arguments) throws SQLException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  case "isClosed" -> false;
                  default -> call.answer(method, arguments);
                }));
  }

  @Test
  void a_statement_of_somebodys_own_stays_what_it_is() throws Exception {
    String own = "select 'batch' as kind, :?plan";

    assertThat(strategy.prepareQuery(own, true, new DefaultExchange(context)))
        .isEqualTo("select 'batch' as kind, ?");
  }

  private boolean isShort() {
    try {
      String full =
          SqlHelper.resolveQuery(context, "classpath:sql/fan-out/filter-by-subscriptions.sql", "#");
      String prepared = strategy.prepareQuery(full, true, new DefaultExchange(context));
      assertThat(prepared).contains("json_to_record(cast(? as json))");
      return prepared.contains("fitting as materialized");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
