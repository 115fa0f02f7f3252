package io.changepost.routing;

import io.changepost.domain.Answer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which webhooks answered this node quickly and lately. The others, dead or new, share half of the
 * slots, so a thousand of them that hang never keep a healthy one waiting. Thread-safe.
 */
final class RecentAnswers {

  private static final long ANSWERS_MILLIS = 1_000;

  /** Four times the slots of a webhook are then through in a fifth of a second. */
  private static final long QUICK_MILLIS = 50;

  private static final long LATELY_NANOS = Duration.ofMinutes(2).toNanos();

  private static final int MANY = 16;

  private final Map<Long, Long> answered = new ConcurrentHashMap<>();
  private final Set<Long> quick = ConcurrentHashMap.newKeySet();
  private final Set<Long> failing = ConcurrentHashMap.newKeySet();
  private final LongSupplier nanoTime;

  RecentAnswers() {
    this(System::nanoTime);
  }

  RecentAnswers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A quick answer of any status counts; a slow one, or none, ends the webhook's good name. */
  void note(long webhookId, Answer answer) {
    long millis = answer.duration().toMillis();
    if (answer.status() != null && millis <= ANSWERS_MILLIS) {
      answered.put(webhookId, nanoTime.getAsLong());
      if (millis <= QUICK_MILLIS) {
        quick.add(webhookId);
      } else {
        quick.remove(webhookId);
      }
      failing.remove(webhookId);
    } else if (!answer.ours()) {
      answered.remove(webhookId);
      quick.remove(webhookId);
      if (answer.isSuccess()) {
        failing.remove(webhookId);
      } else {
        failing.add(webhookId);
      }
    }
  }

  /** True where its last quick answer is not known to be long ago. */
  boolean isAnswering(long webhookId) {
    return answered.containsKey(webhookId);
  }

  /** True where its last attempt got no quick answer and failed. */
  boolean isFailing(long webhookId) {
    return failing.contains(webhookId);
  }

  /** True where its last answer took so little that more may be leased than it has slots. */
  boolean isQuick(long webhookId) {
    return quick.contains(webhookId);
  }

  /**
   * Whether it is worth looking for more at once, after these were claimed. Where a thousand
   * webhooks hang, a look through them whenever one gives its slot back would cost those that
   * answer their time, and theirs is not lost by a later look; but where many that are not known
   * came at once, as after a start, many more may wait.
   */
  boolean isWorthAnotherLook(Collection<Long> webhookIds) {
    return webhookIds.stream().anyMatch(this::isAnswering)
        || webhookIds.stream().filter(id -> !isFailing(id)).count() >= MANY;
  }

  /** Those whose last quick answer is recent; forgets the rest. */
  Set<Long> webhooks() {
    long now = nanoTime.getAsLong();
    answered.values().removeIf(at -> now - at > LATELY_NANOS);
    quick.retainAll(answered.keySet());
    return Set.copyOf(answered.keySet());
  }
}
