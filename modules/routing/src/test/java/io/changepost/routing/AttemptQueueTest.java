package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AttemptQueueTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void hands_over_in_the_order_of_arrival() throws InterruptedException {
    AttemptQueue queue = queue(10, 8);
    List<Exchange> given = List.of(exchange(), exchange(), exchange());
    given.forEach(queue::add);
    List<Exchange> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(queue.poll(1, TimeUnit.SECONDS));
    }
    assertThat(taken).isEqualTo(given);
  }

  @Test
  void refuses_what_is_beyond_its_capacity() {
    AttemptQueue queue = queue(1, 8);
    assertThat(queue.offer(exchange())).isTrue();
    assertThat(queue.offer(exchange())).isFalse();
    assertThat(queue.remainingCapacity()).isZero();
  }

  @Test
  void a_list_is_taken_apart_in_its_order() throws InterruptedException {
    AttemptQueue queue = queue(10, 8);
    queue.add(list(leased(1), leased(2), leased(3)));
    queue.add(list(leased(4)));
    assertThat(queue).hasSize(4);
    for (int change = 1; change <= 4; change++) {
      assertThat(queue.poll(1, TimeUnit.SECONDS))
          .extracting(item -> ((Leased) item.getMessage().getBody()).delivery())
          .isEqualTo(leased(change).delivery());
    }
    assertThat(queue).isEmpty();
  }

  @Test
  void an_empty_list_is_nothing() {
    AttemptQueue queue = queue(1, 8);
    assertThat(queue.offer(list())).isTrue();
    assertThat(queue.poll()).isNull();
  }

  @Test
  void of_a_list_too_long_the_first_ones_that_fit_are_taken_and_the_rest_is_refused() {
    AttemptQueue queue = queue(3, 8);
    queue.add(exchange());
    assertThatThrownBy(() -> queue.add(list(leased(1), leased(2), leased(3))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(queue.remainingCapacity()).isZero();
    assertThat(queue.withdrawAll()).containsExactly(leased(1).delivery(), leased(2).delivery());
  }

  @Test
  void of_a_list_the_deliveries_of_some_webhooks_can_be_withdrawn_and_what_is_none_is_not() {
    AttemptQueue queue = queue(10, 8);
    Leased other = new Leased(Deliveries.of(2, 8), 0, 0);
    queue.add(list(leased(1), other, "no delivery", leased(3)));
    assertThat(queue.withdraw(Set.of(7L)))
        .containsExactly(leased(1).delivery(), leased(3).delivery());
    assertThat(queue.withdrawAll()).containsExactly(other.delivery());
    assertThat(queue).isEmpty();
  }

  @Test
  void a_thousand_in_a_list_wake_every_thread_that_is_needed() throws Exception {
    AttemptQueue queue = queue(1_000, 8);
    CountDownLatch atWork = new CountDownLatch(8);
    CountDownLatch taken = new CountDownLatch(1_000);
    for (int i = 0; i < 8; i++) {
      threads.submit(
          () -> {
            for (boolean first = true; queue.poll(1, TimeUnit.MINUTES) != null; first = false) {
              taken.countDown();
              if (first) {
                atWork.countDown();
                atWork.await(1, TimeUnit.MINUTES);
              }
            }
            return null;
          });
    }
    queue.add(list(LongStream.rangeClosed(1, 1_000).mapToObj(AttemptQueueTest::leased).toArray()));
    assertThat(taken.await(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void gives_up_after_its_timeout() throws InterruptedException {
    AttemptQueue queue = queue(1, 8);
    long begin = System.nanoTime();
    assertThat(queue.poll(30, TimeUnit.MILLISECONDS)).isNull();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(29));
  }

  @Test
  void at_the_end_whoever_sleeps_comes_back_soon_and_nobody_sleeps_for_long() throws Exception {
    AttemptQueue queue = queue(1, 8);
    Thread sleeper = new Thread(() -> pollForAMinute(queue));
    sleeper.start();
    await().atMost(SOON).until(() -> sleeper.getState() == Thread.State.TIMED_WAITING);

    queue.end();

    sleeper.join(SOON.toMillis());
    assertThat(sleeper.isAlive()).isFalse();
    long begin = System.nanoTime();
    assertThat(queue.poll(1, TimeUnit.MINUTES)).isNull();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SOON);
    queue.add(exchange());
    assertThat(queue.poll(1, TimeUnit.MINUTES))
        .as("what is there is taken all the same")
        .isNotNull();
  }

  private static void pollForAMinute(AttemptQueue queue) {
    try {
      queue.poll(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void every_thread_comes_to_work_where_all_the_work_is_slow() throws Exception {
    AttemptQueue queue = queue(100, 8);
    CountDownLatch atWork = new CountDownLatch(50);
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 50; i++) {
      threads.submit(
          () -> {
            Exchange item = queue.poll(1, TimeUnit.MINUTES);
            assertThat(item).isNotNull();
            atWork.countDown();
            return done.await(1, TimeUnit.MINUTES);
          });
    }
    for (int i = 0; i < 50; i++) {
      queue.add(exchange());
    }
    assertThat(atWork.await(20, TimeUnit.SECONDS)).isTrue();
    done.countDown();
  }

  @Test
  void few_threads_are_at_work_until_some_turn_out_slow() {
    AtomicLong clock = new AtomicLong();
    Slots slots = new Slots(new RoutingSettings.SlotLimits(100, 100), System::nanoTime);
    AttemptQueue queue =
        new AttemptQueue(
            100,
            new AtWork(3, new Quickness(1, Processors.UNKNOWN, 0)),
            slots,
            id -> true,
            clock::get);
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 32; i++) {
      threads.submit(
          () -> {
            queue.poll(1, TimeUnit.MINUTES);
            begun.incrementAndGet();
            return done.await(1, TimeUnit.MINUTES);
          });
    }
    for (int i = 0; i < 100; i++) {
      queue.add(exchange());
    }
    for (int expected : new int[] {3, 6, 12, 24}) {
      await().atMost(SOON).until(() -> begun.get() == expected);
      await().during(Duration.ofMillis(50)).atMost(SOON).until(() -> begun.get() == expected);
      clock.addAndGet(Quickness.LEAST_NANOS + 1);
    }
    done.countDown();
  }

  @Test
  void whoever_waits_for_a_slot_is_woken_when_one_is_given_back() throws Exception {
    Slots slots = new Slots(new RoutingSettings.SlotLimits(10, 1), System::nanoTime);
    AttemptQueue queue = new AttemptQueue(10, 8, slots, id -> true);
    AtomicInteger begun = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      threads.submit(
          () -> {
            while (queue.poll(1, TimeUnit.MINUTES) != null) {
              begun.incrementAndGet();
            }
            return null;
          });
    }
    for (int change = 1; change <= 3; change++) {
      slots.take(Deliveries.of(change, 7));
      Exchange item = exchange();
      item.getMessage().setBody(new Leased(Deliveries.of(change, 7), 0, 0));
      queue.add(item);
    }
    for (int change = 1; change <= 3; change++) {
      int expected = change;
      await().atMost(SOON).until(() -> begun.get() == expected);
      assertThat(queue).hasSize(3 - change);
      slots.give(Deliveries.of(change, 7));
    }
  }

  @Test
  void nothing_is_left_lying_while_threads_time_out_and_come_back() throws Exception {
    AttemptQueue queue = queue(100_000, 8);
    int items = 20_000;
    AtomicInteger taken = new AtomicInteger();
    Set<Exchange> seen = ConcurrentHashMap.newKeySet();
    List<Future<Void>> consumers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      consumers.add(
          threads.submit(
              () -> {
                while (taken.get() < items) {
                  Exchange item = queue.poll(1, TimeUnit.MICROSECONDS);
                  if (item != null) {
                    seen.add(item);
                    taken.incrementAndGet();
                  }
                }
                return null;
              }));
    }
    for (int i = 0; i < items; i++) {
      queue.add(exchange());
    }
    for (Future<Void> consumer : consumers) {
      consumer.get(30, TimeUnit.SECONDS);
    }
    assertThat(seen).hasSize(items);
    assertThat(queue).isEmpty();
  }

  @Test
  void an_interrupted_sleeper_does_not_take_a_wake_up_with_it() throws Exception {
    for (int round = 0; round < 200; round++) {
      AttemptQueue queue = queue(10, 8);
      AtomicInteger taken = new AtomicInteger();
      List<Thread> sleepers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread sleeper =
            new Thread(
                () -> {
                  try {
                    if (queue.poll(1, TimeUnit.MINUTES) != null) {
                      taken.incrementAndGet();
                    }
                  } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                  }
                });
        sleeper.start();
        sleepers.add(sleeper);
      }
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> sleepers.stream().allMatch(t -> t.getState() == Thread.State.TIMED_WAITING));
      sleepers.get(3).interrupt();
      queue.add(exchange());
      await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> taken.get() == 1 && queue.isEmpty());
      sleepers.forEach(Thread::interrupt);
    }
  }

  private static AttemptQueue queue(int capacity, int few) {
    return new AttemptQueue(
        capacity,
        few,
        new Slots(new RoutingSettings.SlotLimits(capacity, capacity), System::nanoTime),
        id -> true);
  }

  /** A delivery of webhook 7. */
  private static Leased leased(long change) {
    return new Leased(Deliveries.of(change, 7), 0, 0);
  }

  private Exchange list(Object... parts) {
    Exchange exchange = exchange();
    exchange.getMessage().setBody(List.of(parts));
    return exchange;
  }

  private Exchange exchange() {
    return context.getEndpoint("direct:attempt").createExchange();
  }
}
