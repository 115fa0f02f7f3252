package io.changepost.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Leased deliveries, mostly in the order of their arrival: those of a webhook without a free slot
 * stand aside until one is given back, and the others pass them. Not thread-safe.
 */
final class Line {

  private final Slots slots;
  private final Deque<Exchange> ready = new ArrayDeque<>();
  private final Map<Long, Deque<Exchange>> aside = new HashMap<>();
  private int size;

  Line(Slots slots) {
    this.slots = slots;
  }

  void add(Exchange item) {
    ready.addLast(item);
    size++;
  }

  /** Those aside too. */
  int size() {
    return size;
  }

  /** How many might begin now. */
  int ready() {
    return slots.isFull() ? 0 : ready.size();
  }

  /** The next one, with its slot taken; null where none may begin. */
  @Nullable Exchange next() {
    while (!ready.isEmpty() && !slots.isFull()) {
      Exchange item = ready.removeFirst();
      Long webhookId = webhookId(item);
      if (webhookId == null || slots.begin(webhookId)) {
        size--;
        return item;
      }
      aside.computeIfAbsent(webhookId, id -> new ArrayDeque<>()).addLast(item);
    }
    return null;
  }

  /** A slot of that webhook was given back: its next one comes first again. */
  void ended(long webhookId) {
    Deque<Exchange> waiting = aside.get(webhookId);
    if (waiting != null) {
      ready.addFirst(waiting.removeFirst());
      if (waiting.isEmpty()) {
        aside.remove(webhookId);
      }
    }
  }

  /** Takes out all of these webhooks. */
  List<Exchange> withdraw(Set<Long> webhooks) {
    List<Exchange> out = new ArrayList<>();
    for (Iterator<Exchange> items = ready.iterator(); items.hasNext(); ) {
      Exchange item = items.next();
      Long webhookId = webhookId(item);
      if (webhookId != null && webhooks.contains(webhookId)) {
        items.remove();
        out.add(item);
      }
    }
    for (Long webhookId : webhooks) {
      Deque<Exchange> waiting = aside.remove(webhookId);
      if (waiting != null) {
        out.addAll(waiting);
      }
    }
    size -= out.size();
    return out;
  }

  /** Takes out all. */
  List<Exchange> withdrawAll() {
    List<Exchange> out = all();
    ready.clear();
    aside.clear();
    size = 0;
    return out;
  }

  List<Exchange> all() {
    List<Exchange> all = new ArrayList<>(ready);
    aside.values().forEach(all::addAll);
    return List.copyOf(all);
  }

  private static @Nullable Long webhookId(Exchange item) {
    return item.getMessage().getBody() instanceof Leased leased
        ? (Long) leased.delivery().id().webhookId()
        : null;
  }
}
