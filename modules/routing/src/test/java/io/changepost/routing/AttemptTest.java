package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.delivery.DeliverySettings;
import io.changepost.delivery.PrepareRequest;
import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.OutcomeStore;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class AttemptTest {

  private final Slots slots = new Slots(10, 10);

  @Test
  void a_claim_that_cannot_be_handed_back_ends_without_an_attempt_and_frees_one_slot() {
    SenderStats stats = new SenderStats(slots::inFlight);
    Attempt attempt =
        new Attempt(
            new PrepareRequest(
                new DeliverySettings(
                    Duration.ofSeconds(1), Duration.ofSeconds(1), false, List.of(), 10, "test")),
            new OpenedSecrets(SecretBox.parse(SecretBox.newKey())),
            new OutcomeStore(away()),
            slots,
            new Attempt.Limits(Duration.ofSeconds(5), stats));
    slots.take(7);
    slots.take(7);
    Exchange exchange = new DefaultCamelContext().getEndpoint("direct:attempt").createExchange();
    long now = System.nanoTime();
    exchange.getMessage().setBody(new Leased(delivery(), now, now));

    attempt.prepare(exchange);

    assertThat(exchange.isRouteStop()).isTrue();
    assertThat(slots.inFlight()).isEqualTo(1);
    assertThat(stats.handedBack()).isZero();
  }

  private static ClaimedDelivery delivery() {
    return new ClaimedDelivery(
        new MessageId(1, 7, 3),
        1,
        1,
        1,
        42,
        Instant.EPOCH,
        1_000,
        Instant.EPOCH,
        "https://receiver.example/hook",
        null,
        List.of(),
        new Change(1, "Company", "update", "1", Instant.EPOCH, "{}", "{}", true, false, null));
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
