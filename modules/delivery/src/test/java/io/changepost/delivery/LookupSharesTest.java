package io.changepost.delivery;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LookupSharesTest {

  private final AtomicLong nanos = new AtomicLong();
  private final LookupShares shares = new LookupShares(4, Duration.ofSeconds(5), nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void takeAllOfStrangers() {
    shares.take("hang1.example");
    shares.take("hang2.example");
    assertThatThrownBy(() -> shares.take("hang3.example"))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void a_host_that_answered_in_time_needs_no_share_of_the_strangers() {
    LookupShares.Share first = shares.take("fine.example");
    pass(Duration.ofSeconds(4));
    first.ended();
    takeAllOfStrangers();
    assertThatCode(() -> shares.take("fine.example")).doesNotThrowAnyException();
  }

  @Test
  void one_that_answered_late_is_a_stranger_again() {
    shares.take("turns.example").ended();
    LookupShares.Share late = shares.take("turns.example");
    pass(Duration.ofSeconds(6));
    late.ended();
    takeAllOfStrangers();
    assertThatThrownBy(() -> shares.take("turns.example"))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void what_was_not_begun_tells_nothing_of_the_host_and_gives_its_share_back() {
    shares.take("new.example").giveBack();
    takeAllOfStrangers();
    assertThatThrownBy(() -> shares.take("new.example"))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
