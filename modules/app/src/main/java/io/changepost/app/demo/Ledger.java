package io.changepost.app.demo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What was changed, what has to arrive for it, and what did. A change is entered before its commit,
 * so a message can never be here first. Thread-safe.
 */
final class Ledger {

  /** What an arrival is to us. */
  enum Verdict {
    WRONG_SIGNATURE,
    UNEXPECTED,
    EXPECTED,
    AGAIN
  }

  /** An answered arrival: its verdict, and milliseconds since the commit where there was one. */
  record Judged(Verdict verdict, long millis) {}

  private static final class Entry {
    private final long committing;
    private boolean seen;
    private boolean accepted;

    Entry(long committing) {
      this.committing = committing;
    }
  }

  private final Map<Long, Entry> expected = new HashMap<>();
  private final List<Long> latencies = new ArrayList<>();
  private int changes;
  private int arrived;
  private int resent;
  private int wrong;
  private int unexpected;

  /** Enters a change that has to arrive; {@code now} is the nano time just before its commit. */
  synchronized void expect(long changeId, long now) {
    changes++;
    expected.put(changeId, new Entry(now));
  }

  /** Enters a change that nobody may hear of. */
  synchronized void expectNothing() {
    changes++;
  }

  /** Judges an arrival; it counts as arrived only by {@link #accepted}. */
  synchronized Judged judge(Arrival arrival) {
    if (!arrival.verified()) {
      wrong++;
      return new Judged(Verdict.WRONG_SIGNATURE, 0);
    }
    Entry entry = expected.get(arrival.changeId());
    if (entry == null) {
      unexpected++;
      return new Judged(Verdict.UNEXPECTED, 0);
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(arrival.at() - entry.committing);
    if (arrival.attempt() > 1) {
      resent++;
    }
    if (!entry.seen) {
      entry.seen = true;
      latencies.add(millis);
    }
    return new Judged(entry.accepted ? Verdict.AGAIN : Verdict.EXPECTED, millis);
  }

  /** The receiver takes it, that is, answers 200. */
  synchronized void accepted(long changeId) {
    Entry entry = expected.get(changeId);
    if (entry != null && !entry.accepted) {
      entry.accepted = true;
      arrived++;
    }
  }

  synchronized Summary summary() {
    List<Long> sorted = latencies.stream().sorted().toList();
    return new Summary(
        new Summary.Messages(changes, expected.size(), arrived, resent),
        new Summary.Faults(wrong, unexpected),
        sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2));
  }
}
