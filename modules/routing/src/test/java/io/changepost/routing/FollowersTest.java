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
    List<Runnable> failing =
        List.of(
            () -> {
              throw new NoClassDefFoundError("a library that lacks");
            },
            () -> {
              throw new IllegalStateException("a step that fails");
            });
    for (int round = 0; round < 3; round++) {
      assertThat(CompletableFuture.runAsync(this::admitTwo)).succeedsWithin(SOON);
      followers.follow(failing);
    }
    AtomicInteger done = new AtomicInteger();
    CompletableFuture<Void> admitted = CompletableFuture.runAsync(followers::admit);
    assertThat(admitted).succeedsWithin(SOON);
    followers.follow(List.of(done::incrementAndGet));
    await().atMost(SOON).until(() -> done.get() == 1);
  }

  @Test
  void what_comes_after_the_end_is_done_by_whoever_brings_it() {
    AtomicInteger done = new AtomicInteger();
    followers.close();
    followers.admit();
    followers.follow(List.of(done::incrementAndGet));
    assertThat(done).hasValue(1);
  }

  private void admitTwo() {
    followers.admit();
    followers.admit();
  }
}
