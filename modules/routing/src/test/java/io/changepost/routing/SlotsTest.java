package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SlotsTest {

  private final Slots slots = new Slots(3, 2);
  private final AtomicInteger room = new AtomicInteger();

  @Test
  void what_is_taken_is_not_free() {
    slots.take(7);
    slots.take(7);
    slots.take(8);

    assertThat(slots.free()).isEqualTo(new Slots.Free(0, Map.of(7L, 2, 8L, 1)));
    assertThat(slots.inFlight()).isEqualTo(3);
  }

  @Test
  void what_is_given_back_is_free_again() {
    slots.take(7);
    slots.take(8);
    slots.give(7);

    assertThat(slots.free()).isEqualTo(new Slots.Free(2, Map.of(8L, 1)));
  }

  @Test
  void never_promises_less_than_nothing() {
    for (int i = 0; i < 5; i++) {
      slots.take(7);
    }

    assertThat(slots.free().slots()).isZero();
  }

  @Test
  void tells_of_room_when_the_webhook_was_full() {
    slots.whenRoom(room::incrementAndGet);
    slots.take(7);
    slots.take(7);

    slots.give(7);
    assertThat(room).hasValue(1);
    slots.give(7);
    assertThat(room).hasValue(1);
  }

  @Test
  void tells_of_room_when_the_node_was_full() {
    slots.whenRoom(room::incrementAndGet);
    slots.take(7);
    slots.take(8);
    slots.take(9);

    slots.give(8);
    assertThat(room).hasValue(1);
  }

  @Test
  void tells_of_room_once_for_many_slots_given_back_together() {
    slots.whenRoom(() -> room.addAndGet(slots.free().slots()));
    slots.take(7);
    slots.take(7);
    slots.take(8);

    slots.give(List.of(7L, 8L, 7L));

    assertThat(room).hasValue(3);
    assertThat(slots.free().busy()).isEmpty();
  }

  @Test
  void tells_once_when_a_quarter_of_the_slots_is_free_again() {
    Slots slots = new Slots(8, 8);
    AtomicInteger told = new AtomicInteger();
    slots.whenMuchRoom(told::incrementAndGet);
    for (int i = 0; i < 8; i++) {
      slots.take(1);
    }
    slots.give(1);
    assertThat(told).hasValue(0);
    slots.give(1);
    assertThat(told).hasValue(1);
    slots.give(1);
    assertThat(told).hasValue(1);
  }
}
