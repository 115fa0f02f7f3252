package io.changepost.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AdaptiveSchedulerTest {

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SOON = Duration.ofSeconds(5);

  private final AtomicInteger polls = new AtomicInteger();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(AdaptiveScheduler.class);
  private final ReentrantLock turn = new ReentrantLock(true);
  private AdaptiveScheduler scheduler = scheduler(LONG);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    scheduler.stop();
    logger.detachAppender(log);
  }

  @Test
  void a_wake_up_ends_a_pause() {
    start(polls::incrementAndGet);
    await().atMost(SOON).until(() -> polls.get() == 1);

    scheduler.wake();

    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void the_parts_of_a_look_follow_each_other_and_then_it_pauses_as_before() {
    start(
        () -> {
          if (polls.incrementAndGet() < 4) {
            scheduler.onward();
          }
        });
    await().atMost(SOON).until(() -> polls.get() == 4);
    await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> polls.get() == 4);
  }

  @Test
  void what_comes_before_a_poll_holds_no_turn_and_stops_nothing() {
    AtomicInteger before = new AtomicInteger();
    scheduler.beforePoll(
        () -> {
          assertThat(turn.isLocked()).isFalse();
          if (before.incrementAndGet() == 1) {
            throw new NoClassDefFoundError("as where no file can be opened");
          }
          throw new IllegalStateException("as it may be");
        });
    start(polls::incrementAndGet);
    await().atMost(SOON).until(() -> polls.get() == 1);
    scheduler.wake();
    await().atMost(SOON).until(() -> polls.get() == 2);
    assertThat(before).hasValue(2);
  }

  @Test
  void a_wake_up_during_a_poll_is_not_lost() {
    start(
        () -> {
          if (polls.incrementAndGet() == 1) {
            scheduler.wake();
          }
        });

    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void a_hint_ends_a_pause() {
    start(polls::incrementAndGet);
    await().atMost(SOON).until(() -> polls.get() == 1);

    scheduler.mayFind();

    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void a_rest_is_ended_by_a_wake_up_and_not_by_a_hint() {
    start(
        () -> {
          if (polls.incrementAndGet() == 1) {
            scheduler.rest(LONG.toNanos());
          }
        });
    await().atMost(SOON).until(() -> polls.get() == 1);

    scheduler.mayFind();
    await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> polls.get() == 1);
    scheduler.wake();

    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void a_rest_ends_by_itself() {
    start(
        () -> {
          polls.incrementAndGet();
          scheduler.rest(1_000_000);
        });

    await().atMost(SOON).until(() -> polls.get() > 3);
  }

  @Test
  void a_hint_during_a_poll_is_not_lost() {
    start(
        () -> {
          if (polls.incrementAndGet() == 1) {
            scheduler.mayFind();
          }
        });

    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void a_hint_ends_the_pause_of_an_outage() {
    start(
        () -> {
          if (polls.incrementAndGet() <= 8) {
            scheduler.soon();
            fail();
            scheduler.mayFind();
          } else {
            succeed();
          }
        });

    // Without hints these pauses are half a minute together.
    await().atMost(SOON).until(() -> polls.get() == 9);
  }

  @Test
  void what_hints_tell_of_gathers_in_the_shortest_pause() {
    start(
        () -> {
          polls.incrementAndGet();
          scheduler.soon();
          scheduler.mayFind();
        });
    await().atMost(SOON).until(() -> polls.get() == 1);

    scheduler.mayFind();

    await().during(Duration.ofMillis(300)).atMost(SOON).until(() -> polls.get() == 1);
    scheduler.wake();
    await().atMost(SOON).until(() -> polls.get() == 2);
  }

  @Test
  void polls_again_at_once_while_there_is_more() {
    start(
        () -> {
          if (polls.incrementAndGet() < 50) {
            scheduler.again();
          }
        });

    await().atMost(SOON).until(() -> polls.get() == 50);
  }

  @Test
  void an_outage_is_told_once_and_so_is_its_end() {
    scheduler = scheduler(Duration.ofMillis(1));
    start(
        () -> {
          if (polls.incrementAndGet() <= 3) {
            fail();
          } else {
            succeed();
          }
        });
    await().atMost(SOON).until(() -> polls.get() > 5);

    assertThat(said(Level.WARN)).hasSize(1).first().asString().contains("connection refused");
    assertThat(said(Level.INFO)).hasSize(1);
  }

  @Test
  void an_outage_makes_the_pauses_longer() {
    scheduler = scheduler(Duration.ofNanos(1));
    long begin = System.nanoTime();
    start(
        () -> {
          polls.incrementAndGet();
          fail();
        });

    await().atMost(SOON).until(() -> polls.get() >= 3);

    // 200 ms after the first failure and 400 ms after the second.
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(600));
  }

  @Test
  void two_schedulers_never_poll_at_the_same_time() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Runnable poll =
        () -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          polls.incrementAndGet();
          inside.decrementAndGet();
        };
    scheduler = scheduler(Duration.ofNanos(1));
    AdaptiveScheduler other = scheduler(Duration.ofNanos(1));
    other.scheduleTask(poll);
    start(poll);
    other.startScheduler();

    await().atMost(SOON).until(() -> polls.get() > 500);
    other.stop();

    assertThat(most).hasValue(1);
  }

  @Test
  void a_stopped_scheduler_polls_no_more() {
    start(polls::incrementAndGet);
    await().atMost(SOON).until(() -> polls.get() == 1);

    scheduler.stop();
    scheduler.wake();

    assertThat(scheduler.isSchedulerStarted()).isFalse();
    assertThat(polls).hasValueLessThan(3);
  }

  private AdaptiveScheduler scheduler(Duration pause) {
    return new AdaptiveScheduler("test", turn, pause, pause);
  }

  private void start(Runnable poll) {
    scheduler.start();
    scheduler.scheduleTask(poll);
    scheduler.startScheduler();
  }

  @SuppressWarnings("NullAway") // neither consumer nor endpoint is looked at
  private void fail() {
    scheduler.rollback(null, null, 0, new IllegalStateException("connection refused"));
  }

  @SuppressWarnings("NullAway")
  private void succeed() {
    scheduler.commit(null, null, 0);
  }

  private List<String> said(Level level) {
    return List.copyOf(log.list).stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
