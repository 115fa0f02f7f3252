package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Synchronization;
import org.junit.jupiter.api.Test;

class WaitingTest {

  private static final Leased LEASED = new Leased(Deliveries.of(7), 0, 0);

  private final Exchange came =
      new DefaultCamelContext().getEndpoint("direct:attempt").createExchange();

  @Test
  void one_that_came_alone_keeps_its_exchange() {
    came.getMessage().setBody(LEASED);
    Waiting one = Waiting.in(came).get(0);
    assertThat(one.delivery()).isEqualTo(LEASED.delivery());
    assertThat(one.exchange()).isSameAs(came);
  }

  @Test
  void a_thousand_in_a_list_cost_no_exchange_before_they_are_taken() {
    AtomicInteger made = new AtomicInteger();
    Exchange counted =
        (Exchange)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Exchange.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("copy")) {
                    made.incrementAndGet();
                  }
                  try {
                    return method.invoke(came, arguments);
                  } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                  }
                });
    came.getMessage().setBody(Collections.nCopies(1_000, LEASED));

    List<Waiting> parts = Waiting.in(counted);

    assertThat(parts).hasSize(1_000).allMatch(part -> LEASED.delivery().equals(part.delivery()));
    assertThat(made).hasValue(0);
    parts.get(999).exchange();
    assertThat(made).hasValue(1);
  }

  @Test
  void what_is_done_to_one_exchange_of_a_list_is_not_done_to_another() {
    came.getMessage().setHeader("mine", 1);
    came.setProperty("mine", 1);
    came.setVariable("mine", 1);
    came.getMessage().setBody(List.of(LEASED, LEASED));
    List<Waiting> parts = Waiting.in(came);

    Exchange first = parts.get(0).exchange();
    first.getMessage().removeHeaders("*");
    first.setProperty("mine", 2);
    first.setVariable("mine", 2);

    Exchange second = parts.get(1).exchange();
    assertThat(second.getMessage().getHeader("mine")).isEqualTo(1);
    assertThat(second.getProperty("mine")).isEqualTo(1);
    assertThat(second.getVariable("mine")).isEqualTo(1);
    assertThat(second.getExchangeId()).isNotEqualTo(first.getExchangeId());
    assertThat(second.getMessage().getMessageId()).isNotEqualTo(first.getMessage().getMessageId());
  }

  @Test
  void what_waits_does_not_keep_the_whole_list_in_memory() {
    came.getMessage().setBody(List.of(LEASED));
    assertThat(Waiting.in(came).get(0).cameIn().getMessage().getBody()).isNull();
  }

  @Test
  void what_else_a_list_holds_goes_on_as_from_a_splitter() {
    Message message = came.getMessage().copy();
    message.setHeader("of", "the message");
    message.setBody(LEASED);
    came.getMessage().setBody(Arrays.asList("text", null, List.of(LEASED), message));

    List<Waiting> parts = Waiting.in(came);

    assertThat(parts).hasSize(3);
    assertThat(parts.get(0).delivery()).isNull();
    assertThat(parts.get(0).exchange().getMessage().getBody()).isEqualTo("text");
    assertThat(parts.get(1).delivery()).isNull();
    assertThat(parts.get(1).exchange().getMessage().getBody()).isEqualTo(List.of(LEASED));
    assertThat(parts.get(2).delivery()).isEqualTo(LEASED.delivery());
    assertThat(parts.get(2).exchange().getMessage().getBody()).isEqualTo(LEASED);
    assertThat(parts.get(2).exchange().getMessage().getHeader("of")).isEqualTo("the message");
  }

  @Test
  void whoever_waits_for_the_end_of_the_exchange_of_a_list_is_told_once() {
    AtomicInteger told = new AtomicInteger();
    came.getExchangeExtension()
        .addOnCompletion(
            new Synchronization() {
              @Override
              public void onComplete(Exchange exchange) {
                told.incrementAndGet();
              }

              @Override
              public void onFailure(Exchange exchange) {
                throw new AssertionError("nothing failed");
              }
            });
    came.getMessage().setBody(List.of(LEASED, LEASED));
    Waiting.in(came).forEach(Waiting::exchange);
    assertThat(told).hasValue(1);
  }
}
