package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import io.changepost.persistence.delivery.AttemptOutcome;
import io.changepost.persistence.delivery.RecordedOutcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: outcomes queue up, and one thread writes all that wait in one statement, so that
 * the batches grow with the load by themselves; see {@link OutcomeQueue}. While the database is
 * away it tries again until the lease of the oldest is over; then the outcome is nobody's and the
 * delivery is found again by its lease. Thread-safe.
 */
final class OutcomeWriter {

  private static final Logger LOG = LoggerFactory.getLogger(OutcomeWriter.class);
  private static final long PAUSE_MILLIS = 200;

  /** A few milliseconds for company pay off where it may come. */
  private static final long LONGEST_GATHERING_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private static final class Unwritten {

    private final AttemptOutcome outcome;
    private final long leaseEnds;
    private final CompletableFuture<?> over;
    private final CompletableFuture<@Nullable RecordedOutcome> result = new CompletableFuture<>();
    private boolean answered;

    Unwritten(AttemptOutcome outcome, long leaseEnds, CompletableFuture<?> over) {
      this.outcome = outcome;
      this.leaseEnds = leaseEnds;
      this.over = over;
    }

    boolean isOver(long nanoTime) {
      return leaseEnds - nanoTime < 0;
    }
  }

  private final Committed committed;
  private final Slots slots;
  private final Followers followers;
  private final OutcomeQueue<Unwritten> queue;
  private final Thread thread;
  private volatile boolean running = true;
  private volatile boolean ended;

  /**
   * @param followers go on with what waited for its outcome; what they do is never waited for
   */
  OutcomeWriter(Committed committed, Slots slots, Followers followers) {
    this(committed, slots, followers, LONGEST_GATHERING_NANOS);
  }

  OutcomeWriter(Committed committed, Slots slots, Followers followers, long longestGathering) {
    this.committed = committed;
    this.slots = slots;
    this.followers = followers;
    this.queue =
        new OutcomeQueue<>(() -> slots.worthWaitingFor(longestGathering), longestGathering);
    this.thread = new Thread(this::work, "changepost-outcome");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Ends when what is queued is written. */
  void stop() {
    running = false;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Completes when it is committed; with null where the database could not be reached within the
   * lease, or the writer has ended. Gives the delivery's slot back in every case.
   *
   * @param over completes when all that follows is done, so that only so many are on their way
   */
  CompletableFuture<@Nullable RecordedOutcome> write(
      AttemptOutcome outcome, long leaseEnds, CompletableFuture<?> over) {
    followers.admit();
    Unwritten waiting = new Unwritten(outcome, leaseEnds, over);
    queue.add(waiting);
    if (ended) {
      giveUp();
    }
    return waiting.result;
  }

  /** How many wait to be written. */
  int waiting() {
    return queue.size();
  }

  private void work() {
    try {
      loop();
    } finally {
      // Whoever comes from here on sees that it ended, so nobody waits for ever.
      ended = true;
      giveUp();
    }
  }

  private void giveUp() {
    for (Unwritten waiting = queue.poll(); waiting != null; waiting = queue.poll()) {
      answer(List.of(waiting), List.of());
    }
  }

  private void loop() {
    List<Unwritten> batch = new ArrayList<>();
    while (running || !queue.isEmpty()) {
      try {
        queue.take(batch);
        if (!batch.isEmpty()) {
          write(batch, false);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error unexpected) {
        // Without this thread nothing would ever be recorded; what it had is found by its lease.
        LOG.error("outcomes could not be written", unexpected);
      } finally {
        // Does nothing to those that have their answer.
        answer(batch, List.of());
        batch.clear();
      }
    }
  }

  /**
   * Answers each that has no answer yet, with null where {@code recorded} holds none, and gives
   * their slots back: all at once, so that one claim can use them.
   */
  private void answer(List<Unwritten> batch, List<RecordedOutcome> recorded) {
    List<ClaimedDelivery> ended = new ArrayList<>(batch.size());
    List<Followers.Step> steps = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      Unwritten waiting = batch.get(i);
      if (!waiting.answered) {
        waiting.answered = true;
        ended.add(waiting.outcome.delivery());
        @Nullable RecordedOutcome result = i < recorded.size() ? recorded.get(i) : null;
        steps.add(new Followers.Step(() -> waiting.result.complete(result), waiting.over));
      }
    }
    slots.give(ended);
    followers.follow(steps);
  }

  /**
   * @param repeated whether some of it may be recorded already
   */
  private void write(List<Unwritten> batch, boolean repeated) throws InterruptedException {
    boolean said = false;
    boolean again = repeated;
    List<Unwritten> left = new ArrayList<>(batch);
    while (!left.isEmpty()) {
      List<RecordedOutcome> recorded;
      try {
        List<AttemptOutcome> outcomes = left.stream().map(waiting -> waiting.outcome).toList();
        recorded = committed.record(outcomes, again);
      } catch (RuntimeException failed) {
        if (isRefused(failed)) {
          isolate(left, again, failed);
          return;
        }
        if (!said) {
          Throwable cause = failed.getCause() == null ? failed : failed.getCause();
          LOG.warn("{} outcomes wait for the database: {}", left.size(), cause.getMessage());
          said = true;
        }
        again = true;
        long now = System.nanoTime();
        answer(left.stream().filter(waiting -> waiting.isOver(now)).toList(), List.of());
        left.removeIf(waiting -> waiting.isOver(now));
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        continue;
      }
      answer(left, recorded);
      return;
    }
  }

  /** True for data that the database will never take: SQLSTATE class 22 or 23. */
  private static boolean isRefused(RuntimeException failed) {
    return failed.getCause() instanceof SQLException cause
        && cause.getSQLState() != null
        && (cause.getSQLState().startsWith("22") || cause.getSQLState().startsWith("23"));
  }

  /**
   * One outcome that the database refuses must not hold up the others: each half is written by
   * itself, down to the one that is left out. Its lease runs out, which counts as a lost one.
   */
  private void isolate(List<Unwritten> left, boolean repeated, RuntimeException refused)
      throws InterruptedException {
    if (left.size() == 1) {
      LOG.error(
          "message {}: its outcome is refused by the database",
          left.get(0).outcome.delivery().id().text(),
          refused);
      answer(left, List.of());
      return;
    }
    int half = left.size() / 2;
    write(left.subList(0, half), repeated);
    write(left.subList(half, left.size()), repeated);
  }
}
