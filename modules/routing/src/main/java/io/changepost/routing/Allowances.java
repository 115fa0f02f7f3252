package io.changepost.routing;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * How many deliveries each webhook that answers may have leased: as many as its slots where it
 * takes its time, and else some ahead of them, by its own pace, so that one webhook alone need not
 * be claimed for anew every few milliseconds. Immutable.
 */
final class Allowances {

  private final Map<Long, Integer> of = new HashMap<>();
  private final int most;

  /**
   * @param ahead by webhook, how many its pace allows; others may be left out
   * @param quick whether a webhook answers so quickly that it may be ahead at all
   */
  Allowances(
      RoutingSettings.SlotLimits limits,
      Map<Long, Integer> ahead,
      Collection<Long> answering,
      LongPredicate quick) {
    int highest = limits.leasesOfAnswering();
    for (Long webhookId : answering) {
      int allowed =
          quick.test(webhookId)
              ? Math.max(limits.leasesOfAnswering(), ahead.getOrDefault(webhookId, 0))
              : limits.perWebhook();
      of.put(webhookId, Math.min(limits.leases(), allowed));
      highest = Math.max(highest, of.get(webhookId));
    }
    this.most = highest;
  }

  /** The highest of them. */
  int most() {
    return most;
  }

  /** What is leased, and where a webhook may have less than the highest, that much more. */
  Map<Long, Integer> counted(Map<Long, Integer> leased) {
    Map<Long, Integer> counted = new HashMap<>(leased);
    of.forEach(
        (webhookId, allowed) -> {
          if (allowed < most) {
            counted.merge(webhookId, most - allowed, Integer::sum);
          }
        });
    return counted;
  }
}
