package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.ClaimedDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private final AtomicLong clock = new AtomicLong();

  /** 3 slots, 2 of one webhook; 3 leases while nothing has ended, and 12 at most. */
  private final Slots slots = slots(3, 2);

  private final AtomicInteger room = new AtomicInteger();

  @Test
  void what_is_leased_is_not_free() {
    take(7, 7, 8);

    assertThat(slots.free()).isEqualTo(new Slots.Free(0, Map.of(7L, 2, 8L, 1), Map.of(), 12));
    assertThat(slots.inFlight()).as("nothing has begun").isZero();
  }

  @Test
  void what_is_given_back_is_free_again() {
    take(7, 8);
    slots.begin(7);
    slots.give(Deliveries.of(7));

    assertThat(slots.free()).isEqualTo(new Slots.Free(2, Map.of(8L, 1), Map.of(), 4));
    assertThat(slots.inFlight()).isZero();
  }

  @Test
  void what_never_began_gives_back_its_lease_alone() {
    take(7, 7);
    slots.begin(7);
    slots.drop(List.of(Deliveries.of(7)));

    assertThat(slots.free().leased()).isEqualTo(Map.of(7L, 1));
    assertThat(slots.inFlight()).isEqualTo(1);
  }

  @Test
  void a_delivery_that_a_route_redacted_gives_back_all_that_it_took() {
    ClaimedDelivery claimed = Deliveries.of(1, 7, "{\"name\":\"a long name\"}");
    slots.take(claimed);
    ClaimedDelivery redacted =
        new Redact().field(new Leased(claimed, 0, 0), "Company", "name").delivery();
    assertThat(redacted.change().length()).isLessThan(claimed.change().length());

    slots.give(redacted);

    assertThat(slots.free().bytes()).isZero();
  }

  @Test
  void never_promises_less_than_nothing() {
    for (int i = 0; i < 5; i++) {
      take(7);
    }
    assertThat(slots.free().leases()).isZero();
  }

  @Test
  void no_more_begin_than_the_webhook_and_the_node_have_slots_for() {
    take(7, 7, 7, 8, 9);
    assertThat(slots.begin(7)).isTrue();
    assertThat(slots.begin(7)).isTrue();
    assertThat(slots.begin(7)).as("the webhook is at its cap").isFalse();
    assertThat(slots.isFull()).isFalse();
    assertThat(slots.begin(8)).isTrue();
    assertThat(slots.isFull()).isTrue();
    assertThat(slots.begin(9)).as("the node is full").isFalse();
    slots.give(Deliveries.of(7));
    assertThat(slots.begin(9)).isTrue();
  }

  @Test
  void whoever_has_attempts_under_way_and_gives_no_sign_is_stalled() {
    take(7, 7, 8);
    slots.begin(7);
    slots.begin(7);
    clock.addAndGet(Duration.ofMillis(1_001).toNanos());
    assertThat(slots.stalled()).containsExactly(7L);
    slots.answered(7);
    assertThat(slots.stalled()).as("an answer is a sign").isEmpty();
    assertThat(slots.unanswered()).isEqualTo(1);
    clock.addAndGet(Duration.ofMillis(1_001).toNanos());
    assertThat(slots.stalled()).containsExactly(7L);
  }

  @Test
  void whoever_waits_for_the_database_alone_is_not_stalled() {
    take(7, 7);
    slots.begin(7);
    slots.begin(7);
    slots.answered(7);
    slots.answered(7);
    clock.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(slots.stalled()).isEmpty();
    assertThat(slots.inFlight())
        .as("their slots are held until the outcome is committed")
        .isEqualTo(2);
  }

  @Test
  void one_that_was_handed_back_leaves_no_trace() {
    take(7, 7);
    slots.begin(7);
    slots.begin(7);
    slots.answered(7);
    slots.give(Deliveries.of(7));
    clock.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(slots.stalled()).containsExactly(7L);
    assertThat(slots.unanswered()).isEqualTo(1);
    slots.give(Deliveries.of(7));
    assertThat(slots.stalled()).isEmpty();
    assertThat(slots.unanswered()).isZero();
  }

  @Test
  void leases_ahead_are_what_ends_in_a_fifth_of_a_second() {
    Slots slots = slots(10, 10);
    assertThat(slots.leases()).isEqualTo(10);
    endOf(slots, 7, 7);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(slots.leases()).as("70 a second").isEqualTo(24);
    endOf(slots, 7, 1_000);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(slots.leases()).as("four times the slots at most").isEqualTo(40);
    clock.addAndGet(Duration.ofMillis(3_900).toNanos());
    assertThat(slots.leases()).as("nothing ended, for a while only").isEqualTo(40);
    clock.addAndGet(Duration.ofMillis(4_100).toNanos());
    assertThat(slots.leases()).as("nothing ended").isEqualTo(10);
  }

  @Test
  void one_quick_webhook_that_stops_answering_leaves_half_of_the_leases_to_others() {
    Slots slots = slots(10, 2);
    endOf(slots, 7, 1_000);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    int allowed =
        new RoutingSettings.SlotLimits(10, 2).leasesAt(slots.free().ahead().getOrDefault(7L, 0));
    for (int i = 0; i < allowed; i++) {
      slots.take(Deliveries.of(7));
    }
    slots.begin(7);

    for (int tenths = 0; tenths <= 11; tenths++) {
      assertThat(slots.freeLeases()).as("after %d tenths of a second", tenths).isEqualTo(20);
      clock.addAndGet(Duration.ofMillis(100).toNanos());
    }
    assertThat(slots.stalled()).as("what has not begun is handed back").containsExactly(7L);
  }

  @Test
  void one_quick_webhook_that_turns_slow_leaves_half_of_the_leases_to_others_too() {
    Slots slots = slots(10, 2);
    endOf(slots, 7, 1_000);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    for (int i = 0; i < 20; i++) {
      slots.take(Deliveries.of(7));
    }

    // What waited for more than two seconds is handed back when its attempt would begin.
    for (int tenths = 0; tenths <= 27; tenths++) {
      assertThat(slots.freeLeases())
          .as("after %d tenths of a second", tenths)
          .isGreaterThanOrEqualTo(20);
      if (tenths % 9 == 0) {
        slots.begin(7);
        slots.answered(7);
        slots.give(Deliveries.of(7));
      }
      clock.addAndGet(Duration.ofMillis(100).toNanos());
    }
    assertThat(slots.stalled()).isEmpty();
  }

  @Test
  void outcomes_worth_waiting_for_are_those_of_the_pace_and_no_more_than_half_of_the_slots_used() {
    Slots slots = slots(100, 4);
    for (long webhook = 1; webhook <= 12; webhook++) {
      for (int i = 0; i < 10; i++) {
        slots.take(Deliveries.of(webhook));
      }
    }
    assertThat(slots.worthWaitingFor(4_000_000)).as("nothing ended").isZero();
    endOf(slots, 99, 200);
    assertThat(slots.worthWaitingFor(4_000_000)).as("1,000 a second").isEqualTo(4);
    endOf(slots, 99, 1_800);
    assertThat(slots.worthWaitingFor(4_000_000)).as("half of twelve times four").isEqualTo(24);
    for (int i = 0; i < 4; i++) {
      slots.begin(1);
    }
    clock.addAndGet(Duration.ofMillis(49).toNanos());
    assertThat(slots.worthWaitingFor(4_000_000)).isEqualTo(24);
    clock.addAndGet(Duration.ofMillis(1).toNanos());
    assertThat(slots.worthWaitingFor(4_000_000)).as("one hangs").isEqualTo(22);
    slots.drop(Collections.nCopies(10, Deliveries.of(8)));
    slots.drop(Collections.nCopies(10, Deliveries.of(9)));
    assertThat(slots.worthWaitingFor(4_000_000)).as("each of so few is needed").isZero();
  }

  private static void endOf(Slots slots, long webhookId, int number) {
    for (int i = 0; i < number; i++) {
      slots.take(Deliveries.of(webhookId));
      slots.begin(webhookId);
      slots.give(Deliveries.of(webhookId));
    }
  }

  @Test
  void leases_that_end_soon_are_known_at_once_and_none_where_endpoints_hold_them() {
    Slots slots = slots(10, 10);
    for (int i = 0; i < 7; i++) {
      slots.take(Deliveries.of(7));
      slots.begin(7);
      slots.answered(7);
      slots.give(Deliveries.of(7));
    }
    assertThat(slots.soonFree()).isEqualTo(7);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    slots.leases();
    assertThat(slots.soonFree()).as("70 a second").isEqualTo(14);
    for (int i = 0; i < 6; i++) {
      slots.take(Deliveries.of(8));
      slots.begin(8);
    }
    assertThat(slots.soonFree()).as("six of ten wait for answers").isZero();
    slots.answered(8);
    assertThat(slots.soonFree()).isEqualTo(14);
  }

  @Test
  void tells_of_room_when_the_webhook_was_full() {
    slots.whenRoom(room::incrementAndGet);
    take(7, 7);

    slots.give(Deliveries.of(7));
    assertThat(room).hasValue(1);
    slots.give(Deliveries.of(7));
    assertThat(room).hasValue(1);
  }

  @Test
  void where_many_end_tells_of_room_when_half_of_what_the_pace_allows_is_left_and_when_little_is() {
    assertThat(toldAt(100, 10)).containsExactly(9, 1);
  }

  @Test
  void where_few_end_tells_of_room_when_the_slots_are_not_filled() {
    assertThat(toldAt(100, 3)).containsExactly(1);
  }

  @Test
  void one_webhook_leaves_leases_to_others_when_its_pace_is_over() {
    assertThat(toldAt(10, 1_000)).as("half of the leases, and half of that").containsExactly(9, 1);
  }

  /** How many of one webhook are still leased when room is told of, after so many in 100 ms. */
  private List<Integer> toldAt(int total, int ended) {
    Slots slots = slots(total, 2);
    List<Integer> left = new ArrayList<>();
    endOf(slots, 7, ended);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(slots.free().ahead()).isEqualTo(Map.of(7L, 2 * ended));
    slots.whenRoom(() -> left.add(slots.free().leased().getOrDefault(7L, 0)));
    for (int i = 0; i < 20; i++) {
      slots.take(Deliveries.of(7));
    }
    for (int i = 0; i < 20; i++) {
      slots.give(Deliveries.of(7));
    }
    return left;
  }

  @Test
  void what_was_not_made_tells_nothing_of_the_pace() {
    take(7, 7);
    slots.begin(7);
    slots.giveUnused(List.of(Deliveries.of(7)));
    slots.drop(List.of(Deliveries.of(7)));
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(slots.leases()).isEqualTo(3);
    assertThat(slots.free().ahead()).isEmpty();
    assertThat(slots.inFlight()).isZero();
  }

  @Test
  void tells_of_room_when_the_node_was_full() {
    slots.whenRoom(room::incrementAndGet);
    for (long webhook = 1; webhook <= 3; webhook++) {
      take(webhook);
    }
    slots.give(Deliveries.of(3));
    assertThat(room).hasValue(1);
  }

  @Test
  void tells_of_room_once_for_many_given_back_together() {
    slots.whenRoom(() -> room.addAndGet(slots.freeLeases()));
    List<Long> ended = new ArrayList<>();
    slots.whenEnded(ended::addAll);
    take(7, 7, 8);

    slots.give(List.of(Deliveries.of(7), Deliveries.of(8), Deliveries.of(7)));

    assertThat(room).hasValue(3);
    assertThat(ended).containsExactly(7L, 8L, 7L);
    assertThat(slots.free().leased()).isEmpty();
  }

  @Test
  void tells_also_where_a_quarter_is_free_because_the_pace_has_changed() {
    Slots slots = slots(8, 8);
    AtomicInteger told = new AtomicInteger();
    slots.whenMuchRoom(told::incrementAndGet);
    for (int i = 0; i < 8; i++) {
      slots.take(Deliveries.of(1));
    }
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    slots.leases();
    for (int i = 0; i < 4; i++) {
      slots.take(Deliveries.of(2));
      slots.give(Deliveries.of(2));
    }
    assertThat(told).as("as many were taken as given back").hasValue(0);
    clock.addAndGet(Duration.ofMillis(100).toNanos());
    assertThat(slots.leases()).as("forty a second").isEqualTo(16);
    slots.drop(List.of(Deliveries.of(1)));
    assertThat(told).hasValue(1);
  }

  @Test
  void tells_once_when_a_quarter_of_the_leases_is_free_again() {
    Slots slots = slots(8, 8);
    AtomicInteger told = new AtomicInteger();
    slots.whenMuchRoom(told::incrementAndGet);
    for (int i = 0; i < 8; i++) {
      slots.take(Deliveries.of(1));
    }
    slots.give(Deliveries.of(1));
    assertThat(told).hasValue(0);
    slots.give(Deliveries.of(1));
    assertThat(told).hasValue(1);
    slots.give(Deliveries.of(1));
    assertThat(told).hasValue(1);
  }

  private Slots slots(int total, int perWebhook) {
    return new Slots(new RoutingSettings.SlotLimits(total, perWebhook), clock::get);
  }

  private void take(long... webhooks) {
    for (long webhook : webhooks) {
      slots.take(Deliveries.of(webhook));
    }
  }
}
