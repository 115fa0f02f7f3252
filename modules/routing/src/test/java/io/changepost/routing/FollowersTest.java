package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FollowersTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final Followers followers = new Followers(2);

  @AfterEach
  void close() {
    followers.close();
  }

  @Test
  void a_step_that_fails_holds_up_none_of_those_behind_it() {
    List<Followers.Step> failing =
        List.of(
            step(
                () -> {
                  throw new NoClassDefFoundError("a library that lacks");
                }),
            step(
                () -> {
                  throw new IllegalStateException("a step that fails");
                }));
    for (int round = 0; round < 3; round++) {
      assertThat(CompletableFuture.runAsync(this::admitTwo)).succeedsWithin(SOON);
      followers.follow(failing);
    }
    AtomicInteger done = new AtomicInteger();
    CompletableFuture<Void> admitted = CompletableFuture.runAsync(followers::admit);
    assertThat(admitted).succeedsWithin(SOON);
    followers.follow(List.of(step(done::incrementAndGet)));
    await().atMost(SOON).until(() -> done.get() == 1);
  }

  @Test
  void what_comes_after_the_end_is_done_by_whoever_brings_it() {
    AtomicInteger done = new AtomicInteger();
    followers.close();
    followers.admit();
    followers.follow(List.of(step(done::incrementAndGet)));
    assertThat(done).hasValue(1);
  }

  @Test
  void a_step_that_goes_on_elsewhere_takes_its_room_until_it_is_over() {
    CompletableFuture<Void> over = new CompletableFuture<>();
    AtomicInteger begun = new AtomicInteger();
    admitTwo();
    followers.follow(List.of(step(() -> {}), new Followers.Step(begun::incrementAndGet, over)));
    await().atMost(SOON).until(() -> begun.get() == 1);
    CompletableFuture<Void> two = CompletableFuture.runAsync(this::admitTwo);

    assertThat(two).isNotDone();
    await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> !two.isDone());
    over.complete(null);

    assertThat(two).succeedsWithin(SOON);
  }

  @Test
  void a_step_that_is_never_heard_of_again_gives_its_room_back_in_the_end() {
    try (Followers impatient = new Followers(1, Duration.ofMillis(50))) {
      impatient.admit();
      impatient.follow(List.of(new Followers.Step(() -> {}, new CompletableFuture<>())));
      assertThat(CompletableFuture.runAsync(impatient::admit)).succeedsWithin(SOON);
    }
  }

  /** One that is over when its work returns. */
  private static Followers.Step step(Runnable work) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    return new Followers.Step(
        () -> {
          work.run();
          over.complete(null);
        },
        over);
  }

  private void admitTwo() {
    followers.admit();
    followers.admit();
  }
}
