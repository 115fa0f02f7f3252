package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class LineTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Slots slots = new Slots(new RoutingSettings.SlotLimits(4, 2), System::nanoTime);
  private final AtomicLong clock = new AtomicLong();
  private final Line line = line(slots);

  @Test
  void those_of_a_webhook_at_its_cap_stand_aside_and_the_others_pass() {
    add(1, 7);
    add(2, 7);
    add(3, 7);
    add(4, 8);
    assertThat(begun()).containsExactly("1/7", "2/7", "4/8");
    assertThat(line.size()).isEqualTo(1);
    assertThat(line.ready()).isZero();
  }

  @Test
  void who_stood_aside_comes_first_when_a_slot_is_given_back() {
    add(1, 7);
    add(2, 7);
    add(3, 7);
    assertThat(begun()).hasSize(2);
    add(5, 9);
    slots.give(Deliveries.of(1, 7));
    line.ended(7);
    assertThat(begun()).containsExactly("3/7", "5/9");
    assertThat(line.size()).isZero();
  }

  @Test
  void those_of_webhooks_not_known_to_answer_let_three_of_the_others_pass() {
    Slots many = new Slots(new RoutingSettings.SlotLimits(100, 100), System::nanoTime);
    Line line = line(many);
    for (int change = 1; change <= 3; change++) {
      add(line, many, change, 700);
    }
    for (int change = 1; change <= 5; change++) {
      add(line, many, change, 7);
    }
    assertThat(line.ready()).isEqualTo(8);
    assertThat(begun(line))
        .containsExactly("1/7", "2/7", "3/7", "1/700", "4/7", "5/7", "2/700", "3/700");
  }

  @Test
  void where_many_wait_for_answers_those_not_known_to_answer_begin_one_by_one() {
    Slots many = new Slots(new RoutingSettings.SlotLimits(100, 100), System::nanoTime);
    Line line = line(many);
    for (int change = 1; change <= 72; change++) {
      add(line, many, change, 700);
    }
    assertThat(begun(line)).as("until 64 hang, and one").hasSize(65);
    clock.addAndGet(999_999);
    add(line, many, 1, 7);
    assertThat(begun(line)).as("who answers never waits for that").containsExactly("1/7");
    clock.addAndGet(1);
    assertThat(begun(line)).containsExactly("66/700");
    for (int i = 0; i < 65; i++) {
      many.answered(700);
    }
    assertThat(begun(line)).hasSize(6);
  }

  @Test
  void nobody_begins_while_the_node_is_full() {
    for (int webhook = 1; webhook <= 5; webhook++) {
      add(1, webhook);
    }
    assertThat(begun()).hasSize(4);
    assertThat(line.ready()).as("one waits, and may not begin").isZero();
    slots.give(Deliveries.of(1, 2));
    line.ended(2);
    assertThat(line.ready()).isEqualTo(1);
    assertThat(begun()).containsExactly("1/5");
  }

  @Test
  void what_stands_aside_can_be_taken_out() {
    for (int change = 1; change <= 4; change++) {
      add(change, 7);
    }
    add(5, 8);
    assertThat(begun()).hasSize(3);
    assertThat(names(line.withdraw(Set.of(7L, 8L, 9L)))).containsExactly("3/7", "4/7");
    assertThat(line.size()).isZero();
    line.ended(7);
    assertThat(begun()).isEmpty();
  }

  @Test
  void of_webhooks_that_hang_those_behind_a_full_node_can_be_taken_out_too() {
    for (int webhook = 1; webhook <= 6; webhook++) {
      add(1, webhook);
    }
    assertThat(begun()).hasSize(4);
    assertThat(names(line.withdraw(Set.of(1L, 6L)))).containsExactly("1/6");
    slots.give(Deliveries.of(1, 1));
    line.ended(1);
    assertThat(begun()).containsExactly("1/5");
  }

  @Test
  void all_that_wait_can_be_taken_out() {
    for (int change = 1; change <= 3; change++) {
      add(change, 7);
    }
    assertThat(begun()).hasSize(2);
    add(4, 8);
    assertThat(names(line.withdrawAll())).containsExactlyInAnyOrder("3/7", "4/8");
    assertThat(line.size()).isZero();
  }

  /** Webhooks below 100 are known to answer. */
  private Line line(Slots slots) {
    return new Line(slots, webhookId -> webhookId < 100, clock::get);
  }

  private void add(long change, long webhook) {
    add(line, slots, change, webhook);
  }

  private void add(Line line, Slots slots, long change, long webhook) {
    slots.take(Deliveries.of(change, webhook));
    Leased leased = new Leased(Deliveries.of(change, webhook), 0, 0);
    line.add(new Waiting(context.getEndpoint("direct:attempt").createExchange(), leased));
  }

  /** Lets begin whatever may. */
  private List<String> begun() {
    return begun(line);
  }

  private static List<String> begun(Line line) {
    List<Waiting> begun = new ArrayList<>();
    for (Waiting item = line.next(); item != null; item = line.next()) {
      begun.add(item);
    }
    return names(begun);
  }

  private static List<String> names(List<Waiting> items) {
    return items.stream()
        .map(item -> Objects.requireNonNull(item.delivery()).id())
        .map(id -> id.changeId() + "/" + id.webhookId())
        .toList();
  }
}
