package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which deliveries of the leases of fan-out this node has brought to their end, so that the
 * statement with the last ones of a lease ends that too. A count in its row would have the database
 * write all of the row anew for each statement. What is not known here costs nothing but time: a
 * lease that nobody ends runs out, and is found to hold nothing. Not thread-safe.
 */
final class OpenLeases {

  /** Far more than a node has; what is left here was never ended, as when the database was away. */
  private static final int MOST = 10_000;

  private final Map<Long, Set<OutcomeStore.Key>> ended = new LinkedHashMap<>();

  /**
   * What one statement ends.
   *
   * @param deliveries by lease, those that were not ended before
   * @param leases that have no others
   */
  record Ending(Map<Long, Set<OutcomeStore.Key>> deliveries, List<Long> leases) {

    /** By a statement that may have been committed before, so that nobody knows. */
    static final Ending UNKNOWN = new Ending(Map.of(), List.of());

    boolean isUnknown() {
      return this == UNKNOWN;
    }
  }

  /** What a statement with these will end; {@link #committed} is to be called when it did. */
  Ending ending(Collection<ClaimedDelivery> deliveries) {
    Map<Long, Set<OutcomeStore.Key>> given = new HashMap<>();
    List<Long> leases = new ArrayList<>();
    for (ClaimedDelivery delivery : deliveries) {
      ClaimedDelivery.Judged judged = delivery.judged();
      if (judged != null) {
        Set<OutcomeStore.Key> before = ended.getOrDefault(delivery.token(), Set.of());
        Set<OutcomeStore.Key> now =
            given.computeIfAbsent(delivery.token(), token -> new HashSet<>());
        OutcomeStore.Key key = OutcomeStore.Key.of(delivery);
        if (!before.contains(key)
            && now.add(key)
            && before.size() + now.size() == judged.leased()) {
          leases.add(delivery.token());
        }
      }
    }
    return new Ending(given, leases);
  }

  /** The statement is committed. */
  void committed(Ending ending) {
    ending
        .deliveries()
        .forEach((token, of) -> ended.computeIfAbsent(token, any -> new HashSet<>()).addAll(of));
    ended.keySet().removeAll(ending.leases());
    while (ended.size() > MOST) {
      ended.remove(ended.keySet().iterator().next());
    }
  }
}
