package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtWorkTest {

  private final AtWork atWork = new AtWork(2, new Quickness(2, Processors.UNKNOWN, 0));
  private final List<AtWork.Turn> turns = new ArrayList<>();
  private long now;

  @Test
  void a_few_are_at_work_while_all_are_quick() {
    begin(2);
    assertThat(atWork.hasRoom(now, 0)).isFalse();
    atWork.end(turns.get(1));
    assertThat(atWork.hasRoom(now, 0)).isTrue();
    assertThat(atWork.hasRoom(now, 1)).as("one is on its way").isFalse();
  }

  @Test
  void the_slow_ones_are_not_counted_and_make_room_for_as_many_more() {
    begin(2);
    later();
    begin(2);
    assertThat(atWork.hasRoom(now, 0)).as("two quick beside two slow").isFalse();
    later();
    begin(4);
    assertThat(atWork.hasRoom(now, 0)).as("four quick beside four slow").isFalse();
    later();
    begin(8);
    assertThat(turns).hasSize(16);
  }

  @Test
  void goes_back_to_a_few_when_the_slow_ones_have_ended() {
    begin(2);
    later();
    begin(2);
    turns.forEach(atWork::end);
    turns.forEach(atWork::end);
    turns.clear();
    begin(2);
    assertThat(atWork.hasRoom(now, 0)).isFalse();
  }

  private void begin(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(atWork.hasRoom(now, 0)).isTrue();
      turns.add(atWork.begin(now));
    }
  }

  private void later() {
    now += Quickness.LEAST_NANOS + 1;
  }
}
