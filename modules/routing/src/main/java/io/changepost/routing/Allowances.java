package io.changepost.routing;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * How many deliveries each webhook that answers may have leased: as many as its slots where it
 * takes its time, four times as many where it is quick, and more by its own pace, so that one
 * webhook alone need not be claimed for anew every few milliseconds. Immutable.
 */
final class Allowances {

  private final Map<Long, Integer> more = new HashMap<>();

  /**
   * @param ahead by webhook, how many its pace allows; others may be left out
   * @param quick whether a webhook answers so quickly that it may have more than its slots at all
   */
  Allowances(
      RoutingSettings.SlotLimits limits,
      Map<Long, Integer> ahead,
      Collection<Long> answering,
      LongPredicate quick) {
    for (Long webhookId : answering) {
      int allowed =
          quick.test(webhookId)
              ? limits.leasesAt(ahead.getOrDefault(webhookId, 0))
              : limits.perWebhook();
      if (allowed != limits.leasesOfAnswering()) {
        more.put(webhookId, allowed - limits.leasesOfAnswering());
      }
    }
  }

  /**
   * What is leased, as a plan counts it against what webhooks that answer may have: less than it
   * is, below nothing even, where one may have more than that, and more where it may have less.
   */
  Map<Long, Integer> counted(Map<Long, Integer> leased) {
    Map<Long, Integer> counted = new HashMap<>(leased);
    more.forEach((webhookId, number) -> counted.merge(webhookId, -number, Integer::sum));
    return counted;
  }
}
