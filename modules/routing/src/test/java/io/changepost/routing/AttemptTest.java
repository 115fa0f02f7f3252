package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.PrepareRequest;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.OutcomeStore;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class AttemptTest {

  private final Slots slots = new Slots(new RoutingSettings.SlotLimits(10, 10), System::nanoTime);

  private final SenderStats stats = new SenderStats(slots::inFlight);
  private final Attempt attempt =
      new Attempt(
          new PrepareRequest(
              new DeliverySettings(
                  Duration.ofSeconds(1), Duration.ofSeconds(1), false, List.of(), 10, "test")),
          new OpenedSecrets(SecretBox.parse(SecretBox.newKey())),
          new HandBack(
                  new AttemptQueue(10, 8, slots, id -> true),
                  new OutcomeStore(away()),
                  slots,
                  stats)
              ::begun,
          Duration.ofSeconds(5),
          CrashPoint.HERE);

  @Test
  void a_claim_that_cannot_be_handed_back_ends_without_an_attempt_and_frees_one_slot() {
    slots.take(Deliveries.of(7));
    slots.take(Deliveries.of(7));
    slots.begin(7);
    slots.begin(7);
    Exchange exchange = new DefaultCamelContext().getEndpoint("direct:attempt").createExchange();
    long now = System.nanoTime();
    exchange.getMessage().setBody(new Leased(Deliveries.of(7), now, now));

    attempt.prepare(exchange);

    assertThat(exchange.isRouteStop()).isTrue();
    assertThat(slots.inFlight()).isEqualTo(1);
    assertThat(stats.handedBack()).isZero();
  }

  @Test
  void what_waited_here_for_more_than_two_seconds_is_not_attempted() {
    slots.take(Deliveries.of(7));
    slots.begin(7);
    Exchange exchange = new DefaultCamelContext().getEndpoint("direct:attempt").createExchange();
    long now = System.nanoTime();
    long later = now + Duration.ofMinutes(1).toNanos();
    long readAt = now - Duration.ofMillis(2_001).toNanos();
    exchange.getMessage().setBody(new Leased(Deliveries.of(7), later, readAt));

    attempt.prepare(exchange);

    assertThat(exchange.isRouteStop()).isTrue();
    assertThat(slots.inFlight()).isZero();
  }

  private static DataSource away() {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              throw new SQLException("the database is away", "08006");
            });
  }
}
