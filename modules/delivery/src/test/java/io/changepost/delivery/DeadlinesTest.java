package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  private static final Duration SOON = Duration.ofMillis(30);

  /** Refuses as a machine without room for a thread does. */
  private static final class ShortOfThreads extends ThreadPoolExecutor {
    private final AtomicInteger refusals;

    ShortOfThreads(int refusals) {
      super(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
      this.refusals = new AtomicInteger(refusals);
    }

    @Override
    public void execute(Runnable work) {
      if (refusals.getAndDecrement() > 0) {
        throw new OutOfMemoryError("unable to create native thread (for the test)");
      }
      super.execute(work);
    }
  }

  @Test
  void what_is_over_is_aborted_later_where_there_is_no_thread_for_it_yet() throws Exception {
    CountDownLatch aborted = new CountDownLatch(1);
    try (Deadlines deadlines = new Deadlines(SOON, () -> {}, new ShortOfThreads(3))) {
      Deadlines.Attempt attempt = deadlines.start(() -> countDown(aborted));
      assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(attempt.isExpired()).isTrue();
    }
  }

  @Test
  void what_is_under_way_at_the_end_is_aborted_too() throws Exception {
    CountDownLatch aborted = new CountDownLatch(1);
    Deadlines deadlines = new Deadlines(Duration.ofMillis(300), () -> {});
    deadlines.start(() -> countDown(aborted));
    deadlines.close();
    assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void without_a_thread_nothing_is_done_aside_and_it_is_told() {
    try (Deadlines deadlines = new Deadlines(SOON, () -> {}, new ShortOfThreads(1))) {
      assertThat(deadlines.aside(() -> {})).isFalse();
      assertThat(deadlines.aside(() -> {})).isTrue();
    }
  }

  private static boolean countDown(CountDownLatch latch) {
    latch.countDown();
    return true;
  }
}
