package io.changepost.persistence.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.Change;
import io.changepost.domain.ClaimedDelivery;
import io.changepost.domain.MessageId;
import io.changepost.persistence.delivery.OpenLeases.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which statement ends a lease. */
class OpenLeasesTest {

  private static final Change CHANGE =
      new Change(1, "Company", "update", "9", Instant.EPOCH, "{}", "{}", false, false, null);

  private final OpenLeases leases = new OpenLeases();

  @Test
  void a_lease_ends_with_the_statement_that_has_the_last_of_its_deliveries() {
    List<ClaimedDelivery> all = lease(7, 5);
    assertThat(end(all.subList(0, 2))).isEmpty();
    assertThat(end(all.subList(4, 5))).isEmpty();
    assertThat(end(all.subList(2, 4))).containsExactly(7L);
  }

  @Test
  void one_statement_may_end_all_of_a_lease_and_parts_of_others() {
    List<ClaimedDelivery> batch = new ArrayList<>(lease(7, 2));
    batch.addAll(lease(8, 3).subList(0, 1));
    batch.addAll(lease(9, 1));
    assertThat(end(batch)).containsExactly(7L, 9L);
  }

  @Test
  void a_delivery_that_is_ended_twice_does_not_end_the_lease_of_another() {
    List<ClaimedDelivery> all = lease(7, 3);
    assertThat(end(all.subList(0, 1))).isEmpty();
    assertThat(end(all.subList(0, 1))).isEmpty();
    assertThat(end(List.of(all.get(1), all.get(1), all.get(0)))).isEmpty();
    assertThat(end(all.subList(2, 3))).containsExactly(7L);
  }

  @Test
  void what_was_not_committed_has_not_ended() {
    List<ClaimedDelivery> all = lease(7, 2);
    leases.ending(all.subList(0, 1));
    assertThat(end(all.subList(1, 2))).isEmpty();
    assertThat(end(all.subList(0, 1))).containsExactly(7L);
  }

  @Test
  void a_lease_whose_last_deliveries_end_by_two_statements_at_once_is_ended_after_them() {
    List<ClaimedDelivery> all = lease(7, 2);
    Ending one = leases.ending(all.subList(0, 1));
    Ending other = leases.ending(all.subList(1, 2));
    assertThat(one.leases()).isEmpty();
    assertThat(other.leases()).isEmpty();
    assertThat(leases.committed(other)).isEmpty();
    assertThat(leases.committed(one)).containsExactly(7L);
  }

  @Test
  void what_was_claimed_has_no_lease_that_could_end() {
    assertThat(end(List.of(delivery(7, 1, null)))).isEmpty();
  }

  @Test
  void what_never_ends_is_forgotten_the_oldest_first() {
    int each = OpenLeases.MOST_DELIVERIES / 100;
    for (long token = 1; token <= 101; token++) {
      end(lease(token, each + 1).subList(0, each));
    }
    assertThat(end(lease(1, each + 1).subList(each, each + 1))).as("it runs out").isEmpty();
    assertThat(end(lease(101, each + 1).subList(each, each + 1))).containsExactly(101L);
  }

  private List<Long> end(List<ClaimedDelivery> deliveries) {
    Ending ending = leases.ending(deliveries);
    leases.committed(ending);
    return ending.leases();
  }

  private static List<ClaimedDelivery> lease(long token, int deliveries) {
    return LongStream.range(0, deliveries)
        .mapToObj(
            change -> delivery(token, change, new ClaimedDelivery.Judged("gold", null, deliveries)))
        .toList();
  }

  private static ClaimedDelivery delivery(
      long token, long change, ClaimedDelivery.@Nullable Judged judged) {
    return new ClaimedDelivery(
        new MessageId(change, 1, 2),
        1,
        1,
        1,
        token,
        Instant.EPOCH,
        45_000,
        Instant.EPOCH,
        "https://example.com/hook",
        null,
        List.of(),
        CHANGE,
        judged);
  }
}
