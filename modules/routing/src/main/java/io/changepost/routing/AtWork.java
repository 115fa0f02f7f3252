package io.changepost.routing;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many threads should attempt at once: a few while attempts are quick, because the processors
 * are then what is scarce and every further thread only takes turns with the others; and as many
 * more as turn out slow, because those only wait for endpoints. What is slow doubles the number, so
 * a node comes from a few threads to all within some tens of milliseconds. Not thread-safe.
 */
final class AtWork {

  /** One attempt under way. */
  static final class Turn {
    private final long since;
    private boolean slow;
    private boolean ended;

    private Turn(long since) {
      this.since = since;
    }
  }

  private final int few;
  private final Quickness quickness;

  /** Oldest first; some of them may have ended. */
  private final Deque<Turn> lately = new ArrayDeque<>();

  private int quick;
  private int slow;

  /**
   * @param few that may always be at work
   */
  AtWork(int few, Quickness quickness) {
    this.few = few;
    this.quickness = quickness;
  }

  /** A few by the processors of this machine. */
  static AtWork few(int few) {
    double each = (double) few / Runtime.getRuntime().availableProcessors();
    return new AtWork(few, new Quickness(each, Processors.here(), System.nanoTime()));
  }

  Turn begin(long nanoTime) {
    Turn turn = new Turn(nanoTime);
    lately.addLast(turn);
    quick++;
    return turn;
  }

  void end(Turn turn) {
    if (turn.ended) {
      return;
    }
    turn.ended = true;
    quickness.ended();
    if (turn.slow) {
      slow--;
    } else {
      quick--;
    }
  }

  /** Whoever took longer than that waits for an endpoint. */
  long quickNanos(long nanoTime) {
    return quickness.nanos(nanoTime);
  }

  /**
   * Whether one more should begin.
   *
   * @param onTheirWay those that are about to
   */
  boolean hasRoom(long nanoTime, int onTheirWay) {
    long longest = quickNanos(nanoTime);
    for (Turn oldest = lately.peekFirst();
        oldest != null && (oldest.ended || nanoTime - oldest.since > longest);
        oldest = lately.peekFirst()) {
      lately.removeFirst();
      if (!oldest.ended) {
        oldest.slow = true;
        quick--;
        slow++;
      }
    }
    return quick + onTheirWay < Math.max(few, slow);
  }
}
