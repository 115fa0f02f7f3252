package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.delivery.ClaimedBatch;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RehearsedRowsTest {

  private static final URI RECEIVER = URI.create("http://127.0.0.1:9/");
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

  private final SecretBox box = SecretBox.parse(SecretBox.newKey());
  private final RehearsedRows rows =
      new RehearsedRows(Clock.fixed(NOW, ZoneOffset.UTC), box, Duration.ofSeconds(5), RECEIVER);

  @Test
  void they_are_read_like_those_of_fan_out_a_first_attempt_for_each_change() {
    ClaimedBatch batch = ClaimedBatch.read(rows.next(64));

    assertThat(batch.taken()).isEqualTo(64);
    assertThat(batch.deliveries()).hasSize(64);
    assertThat(batch.deliveries())
        .allSatisfy(
            delivery -> {
              assertThat(delivery.number()).isEqualTo(1);
              assertThat(delivery.changeAt()).isEqualTo(NOW);
              assertThat(URI.create(delivery.url()).getHost()).isEqualTo("127.0.0.1");
              assertThat(new OpenedSecrets(box).signing(delivery)).hasSize(1);
            });
    assertThat(batch.deliveries())
        .extracting(delivery -> delivery.change().id())
        .doesNotHaveDuplicates();
    assertThat(batch.deliveries())
        .extracting(delivery -> delivery.id().webhookId())
        .containsOnly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L);
  }

  @Test
  void they_have_what_their_action_has_and_differ_in_their_columns() {
    List<ClaimedDelivery> deliveries = ClaimedBatch.read(rows.next(12)).deliveries();

    assertThat(deliveries)
        .allSatisfy(
            delivery -> {
              String action = delivery.change().action();
              assertThat(delivery.change().current() != null).isEqualTo(!action.equals("delete"));
              assertThat(delivery.change().previous() != null).isEqualTo(!action.equals("create"));
            });
    assertThat(deliveries)
        .extracting(delivery -> delivery.change().action())
        .contains("create", "update", "delete");
    assertThat(deliveries)
        .extracting(delivery -> delivery.change().object())
        .contains("Document", "Company");
  }

  @Test
  void webhooks_urls_and_columns_that_were_not_there_before_come_now_and_then() {
    Set<Long> webhooks = new HashSet<>();
    Set<String> columns = new HashSet<>();
    for (int answer = 1; answer <= 18; answer++) {
      for (ClaimedDelivery delivery : ClaimedBatch.read(rows.next(2)).deliveries()) {
        webhooks.add(delivery.id().webhookId());
        String current = delivery.change().current();
        if (current != null && current.contains("column_")) {
          columns.add(current.replaceAll("(?s).*\"(column_[0-9]+)\".*", "$1"));
        }
      }
    }

    assertThat(webhooks).hasSize(6);
    assertThat(columns).containsExactlyInAnyOrder("column_12", "column_24", "column_36");
  }
}
