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
 * write all of the row anew for each statement. The database has the last word: it ends no lease
 * that holds anything. What is not known here costs nothing but time: a lease that nobody ends runs
 * out, and is found to hold nothing. Thread-safe.
 */
final class OpenLeases {

  /** What is left here of many was never ended, as when the database was away. */
  static final int MOST_DELIVERIES = 200_000;

  private final Map<Long, Set<OutcomeStore.Key>> ended = new LinkedHashMap<>();
  private int deliveries;

  /**
   * What one statement ends.
   *
   * @param deliveries by lease
   * @param sizes of these leases
   * @param leases that should have no others left
   */
  record Ending(
      Map<Long, Set<OutcomeStore.Key>> deliveries, Map<Long, Integer> sizes, List<Long> leases) {

    /** By a statement that may have been committed before, so that nobody knows. */
    static final Ending UNKNOWN = new Ending(Map.of(), Map.of(), List.of());

    boolean isUnknown() {
      return this == UNKNOWN;
    }
  }

  /** What a statement with these will end; {@link #committed} is to be called when it did. */
  synchronized Ending ending(Collection<ClaimedDelivery> deliveries) {
    Map<Long, Set<OutcomeStore.Key>> given = new HashMap<>();
    Map<Long, Integer> sizes = new HashMap<>();
    List<Long> leases = new ArrayList<>();
    for (ClaimedDelivery delivery : deliveries) {
      ClaimedDelivery.Judged judged = delivery.judged();
      if (judged != null) {
        Set<OutcomeStore.Key> before = ended.getOrDefault(delivery.token(), Set.of());
        Set<OutcomeStore.Key> now =
            given.computeIfAbsent(delivery.token(), token -> new HashSet<>());
        OutcomeStore.Key key = OutcomeStore.Key.of(delivery);
        sizes.put(delivery.token(), judged.leased());
        if (!before.contains(key)
            && now.add(key)
            && before.size() + now.size() == judged.leased()) {
          leases.add(delivery.token());
        }
      }
    }
    return new Ending(given, sizes, leases);
  }

  /**
   * The statement is committed.
   *
   * @return leases that are over, and that neither this statement ended nor the one beside it, as
   *     neither had all that was left
   */
  synchronized List<Long> committed(Ending ending) {
    List<Long> over = new ArrayList<>();
    ending
        .deliveries()
        .forEach(
            (token, of) -> {
              Set<OutcomeStore.Key> all = ended.computeIfAbsent(token, any -> new HashSet<>());
              deliveries -= all.size();
              all.addAll(of);
              deliveries += all.size();
              if (Integer.valueOf(all.size()).equals(ending.sizes().get(token))) {
                over.add(token);
              }
            });
    over.forEach(this::forget);
    over.removeAll(ending.leases());
    while (deliveries > MOST_DELIVERIES) {
      forget(ended.keySet().iterator().next());
    }
    return over;
  }

  private void forget(Long token) {
    Set<OutcomeStore.Key> of = ended.remove(token);
    deliveries -= of == null ? 0 : of.size();
  }
}
