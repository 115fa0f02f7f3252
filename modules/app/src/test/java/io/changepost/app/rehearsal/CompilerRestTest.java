package io.changepost.app.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CompilerRestTest {

  private final CountDownLatch told = new CountDownLatch(1);
  private final AtomicBoolean idle = new AtomicBoolean(true);
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicBoolean busy = new AtomicBoolean();
  private long longest = TimeUnit.SECONDS.toNanos(25);

  @AfterEach
  void rest() {
    busy.set(false);
    told.countDown();
  }

  @Test
  void it_waits_while_the_process_works_and_no_longer() throws Exception {
    work();
    CompletableFuture<Boolean> rest = begin();
    Awaitility.await().until(() -> looks.get() > 5);
    assertThat(rest).isNotDone();

    busy.set(false);

    assertThat(rest.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void it_ends_when_it_is_told_to_however_much_there_is_to_do() throws Exception {
    work();
    CompletableFuture<Boolean> rest = begin();
    Awaitility.await().until(() -> looks.get() > 2);

    told.countDown();

    assertThat(rest.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void it_ends_when_the_node_has_something_to_deliver() throws Exception {
    work();
    CompletableFuture<Boolean> rest = begin();
    Awaitility.await().until(() -> looks.get() > 2);

    idle.set(false);

    assertThat(rest.get(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void it_tells_that_it_waited_for_long_enough() throws Exception {
    longest = TimeUnit.MILLISECONDS.toNanos(300);
    work();

    assertThat(begin().get(20, TimeUnit.SECONDS)).isFalse();
  }

  private void work() {
    busy.set(true);
    // Of several at least one has a processor, whatever else this machine does.
    for (int n = 1; n <= 4; n++) {
      Thread worker =
          new Thread(
              () -> {
                while (busy.get()) {
                  Thread.onSpinWait();
                }
              });
      worker.setDaemon(true);
      worker.start();
    }
  }

  private CompletableFuture<Boolean> begin() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return CompilerRest.await(
                told,
                () -> {
                  looks.incrementAndGet();
                  return idle.get();
                },
                longest);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }
}
