package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From a list to attempts, through Camel's own {@code seda}. */
class HandOverByRouteTest {

  private static final String QUEUE =
      "seda:attempt?queue=#attemptQueue&waitForTaskToComplete=Never";

  private static final List<Leased> LIST =
      LongStream.rangeClosed(1, 100)
          .mapToObj(change -> new Leased(Deliveries.of(change, 7), 0, 0))
          .toList();

  private final DefaultCamelContext context = new DefaultCamelContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void a_list_as_a_whole_becomes_an_exchange_for_each_with_what_a_step_before_has_set()
      throws Exception {
    check(attempts(false));
  }

  @Test
  void a_splitter_of_a_routes_own_goes_on_working() throws Exception {
    List<Exchange> attempts = attempts(true);
    check(attempts);
    assertThat(attempts.get(99).getProperty(Exchange.SPLIT_INDEX)).isEqualTo(99);
  }

  private static void check(List<Exchange> attempts) {
    assertThat(attempts).extracting(one -> one.getMessage().getBody()).isEqualTo(LIST);
    assertThat(attempts)
        .allSatisfy(
            one -> {
              assertThat(one.getMessage().getHeader("mine")).isEqualTo("a header");
              assertThat(one.getProperty("mine")).isEqualTo("a property");
              assertThat(one.getVariable("mine")).isEqualTo("a variable");
              assertThat(one.getFromEndpoint().getEndpointUri()).startsWith("seda://attempt");
              assertThat(one.getFromRouteId()).isEqualTo("attempt");
              assertThat(one.getException()).isNull();
            });
    assertThat(attempts).extracting(Exchange::getExchangeId).doesNotHaveDuplicates();
    assertThat(attempts).extracting(one -> one.getMessage().getMessageId()).doesNotHaveDuplicates();
  }

  /** By one thread, so that the order can be seen. */
  private List<Exchange> attempts(boolean split) throws Exception {
    Slots slots = new Slots(new RoutingSettings.SlotLimits(100, 100), System::nanoTime);
    context.getRegistry().bind("attemptQueue", new AttemptQueue(100, 8, slots, id -> true));
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            ProcessorDefinition<?> start =
                from("direct:start-attempts")
                    .setHeader("mine", constant("a header"))
                    .setProperty("mine", constant("a property"))
                    .setVariable("mine", constant("a variable"))
                    // From here on the message has an id, which its parts must not share.
                    .process(exchange -> exchange.getMessage().getMessageId());
            (split ? start.split(body()) : start).to(QUEUE);
            from("seda:attempt?queue=#attemptQueue").routeId("attempt").to("mock:attempts");
          }
        });
    MockEndpoint attempts = context.getEndpoint("mock:attempts", MockEndpoint.class);
    attempts.expectedMessageCount(LIST.size());
    context.start();
    context.createProducerTemplate().sendBody("direct:start-attempts", LIST);
    MockEndpoint.assertIsSatisfied(15, TimeUnit.SECONDS, attempts);
    return attempts.getExchanges();
  }
}
