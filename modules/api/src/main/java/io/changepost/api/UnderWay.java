package io.changepost.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Lets each organization have a few calls of a kind under way, so that none of them takes the
 * threads of all. Thread-safe.
 */
final class UnderWay {

  private static final int RETRY_SECONDS = 5;

  private final int most;
  private final String refusal;
  private final Map<Long, Integer> counts = new ConcurrentHashMap<>();

  /**
   * @param most how many of one organization
   * @param refusal what is said to one too many
   */
  UnderWay(int most, String refusal) {
    this.most = most;
    this.refusal = refusal;
  }

  /**
   * What comes of the work.
   *
   * @throws Problem 503 where that many are under way
   */
  <T> T run(long organization, Supplier<T> work) {
    try {
      if (counts.merge(organization, 1, Integer::sum) > most) {
        throw Problem.unavailable(refusal, RETRY_SECONDS);
      }
      return work.get();
    } finally {
      counts.computeIfPresent(organization, (id, count) -> count == 1 ? null : count - 1);
    }
  }
}
