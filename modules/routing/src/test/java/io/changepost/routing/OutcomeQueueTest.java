package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutcomeQueueTest {

  private static final long FOR_EVER = Duration.ofMinutes(10).toNanos();

  private final AtomicInteger coming = new AtomicInteger();
  private final AtomicReference<@Nullable Thread> taker = new AtomicReference<>();

  @Test
  void all_that_waits_is_taken_at_once() throws InterruptedException {
    OutcomeQueue<Integer> queue = new OutcomeQueue<>(coming::get, FOR_EVER);
    add(queue, 0, 1_200);

    assertThat(taken(queue)).hasSize(1_000).startsWith(0, 1, 2);
    assertThat(taken(queue)).hasSize(200).endsWith(1_199);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void those_that_come_soon_are_waited_for_and_no_longer_than_until_they_came() {
    OutcomeQueue<Integer> queue = new OutcomeQueue<>(coming::get, FOR_EVER);
    CompletableFuture<List<Integer>> batch = gathered(queue, 20, 7);

    add(queue, 7, 19);
    assertThat(batch).isNotDone();
    add(queue, 19, 20);

    assertThat(batch)
        .succeedsWithin(Duration.ofSeconds(20))
        .satisfies(it -> assertThat(it).hasSize(20));
  }

  @Test
  void where_none_are_worth_it_nothing_is_waited_for() throws InterruptedException {
    OutcomeQueue<Integer> queue = new OutcomeQueue<>(coming::get, FOR_EVER);
    add(queue, 0, 1);

    assertThat(taken(queue)).containsExactly(0);
  }

  @Test
  void those_that_do_not_come_hold_up_nothing() throws InterruptedException {
    OutcomeQueue<Integer> queue = new OutcomeQueue<>(coming::get, Duration.ofMillis(5).toNanos());
    coming.set(1_000_000);
    add(queue, 0, 3);

    assertThat(taken(queue)).containsExactly(0, 1, 2);
  }

  @Test
  void where_nothing_comes_the_batch_stays_empty() throws InterruptedException {
    assertThat(taken(new OutcomeQueue<>(coming::get, FOR_EVER))).isEmpty();
  }

  @Test
  void whoever_waits_can_be_interrupted() {
    OutcomeQueue<Integer> queue = new OutcomeQueue<>(coming::get, FOR_EVER);
    CompletableFuture<List<Integer>> batch = gathered(queue, 20, 1);

    Objects.requireNonNull(taker.get()).interrupt();

    assertThat(batch).failsWithin(Duration.ofSeconds(20));
  }

  /** What somebody takes who now has so many of those that are worth waiting for. */
  private CompletableFuture<List<Integer>> gathered(
      OutcomeQueue<Integer> queue, int worth, int there) {
    coming.set(worth);
    add(queue, 0, there);
    CompletableFuture<List<Integer>> batch = takenByAnother(queue);
    await().until(() -> queue.isEmpty() && isWaiting());
    return batch;
  }

  private boolean isWaiting() {
    Thread thread = taker.get();
    return thread != null && thread.getState() == Thread.State.TIMED_WAITING;
  }

  private CompletableFuture<List<Integer>> takenByAnother(OutcomeQueue<Integer> queue) {
    CompletableFuture<List<Integer>> batch = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                batch.complete(taken(queue));
              } catch (InterruptedException e) {
                batch.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    taker.set(thread);
    thread.start();
    return batch;
  }

  private static List<Integer> taken(OutcomeQueue<Integer> queue) throws InterruptedException {
    List<Integer> batch = new ArrayList<>();
    queue.take(batch);
    return batch;
  }

  private static void add(OutcomeQueue<Integer> queue, int from, int to) {
    IntStream.range(from, to).forEach(queue::add);
  }
}
