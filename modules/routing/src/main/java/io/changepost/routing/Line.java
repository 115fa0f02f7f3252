package io.changepost.routing;

import io.changepost.domain.ClaimedDelivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Leased deliveries, mostly in the order of their arrival: those of a webhook without a free slot
 * stand aside until one is given back, and the others pass them. Webhooks that answer come before
 * those that are not known to, because hundreds of the latter may begin at once, and hang. Not
 * thread-safe.
 */
final class Line {

  /** One of so many is of a webhook not known to answer, where both wait. */
  private static final int TURNS = 4;

  /**
   * Where so many wait for their answers, those of webhooks not known to answer begin one by one,
   * so that they do not all come to their end in the same moment either.
   */
  private static final int MANY = 64;

  private static final long BETWEEN_NANOS = 1_000_000;

  private final Slots slots;
  private final LongPredicate answers;
  private final LongSupplier nanoTime;
  private final Deque<Waiting> answering = new ArrayDeque<>();
  private final Deque<Waiting> unknown = new ArrayDeque<>();
  private final Map<Long, Deque<Waiting>> aside = new HashMap<>();
  private int size;
  private int turn;
  private long unknownBegan;

  /**
   * @param answers whether a webhook is known to answer
   */
  Line(Slots slots, LongPredicate answers, LongSupplier nanoTime) {
    this.slots = slots;
    this.answers = answers;
    this.nanoTime = nanoTime;
    this.unknownBegan = nanoTime.getAsLong() - BETWEEN_NANOS;
  }

  void add(Waiting item) {
    of(webhookId(item)).addLast(item);
    size++;
  }

  private Deque<Waiting> of(@Nullable Long webhookId) {
    return webhookId == null || answers.test(webhookId) ? answering : unknown;
  }

  /** Those aside too. */
  int size() {
    return size;
  }

  /** How many might begin now. */
  int ready() {
    return slots.isFull() ? 0 : answering.size() + unknown.size();
  }

  /** The next one, with its slot taken; null where none may begin. */
  @Nullable Waiting next() {
    while (ready() > 0) {
      Waiting item = first().pollFirst();
      if (item == null) {
        return null;
      }
      Long webhookId = webhookId(item);
      if (webhookId == null || slots.begin(webhookId)) {
        size--;
        return item;
      }
      aside.computeIfAbsent(webhookId, id -> new ArrayDeque<>()).addLast(item);
    }
    return null;
  }

  /** Empty where those that wait may not begin yet. */
  private Deque<Waiting> first() {
    if (unknown.isEmpty() || (!answering.isEmpty() && ++turn % TURNS != 0)) {
      return answering;
    }
    if (slots.unanswered() >= MANY) {
      long now = nanoTime.getAsLong();
      if (now - unknownBegan < BETWEEN_NANOS) {
        return answering;
      }
      unknownBegan = now;
    }
    return unknown;
  }

  /** A slot of that webhook was given back: its next one comes first again. */
  void ended(long webhookId) {
    Deque<Waiting> waiting = aside.get(webhookId);
    if (waiting != null) {
      of(webhookId).addFirst(waiting.removeFirst());
      if (waiting.isEmpty()) {
        aside.remove(webhookId);
      }
    }
  }

  /** Takes out all of these webhooks. */
  List<Waiting> withdraw(Set<Long> webhooks) {
    List<Waiting> out = new ArrayList<>();
    takeOut(answering, webhooks, out);
    takeOut(unknown, webhooks, out);
    for (Long webhookId : webhooks) {
      Deque<Waiting> waiting = aside.remove(webhookId);
      if (waiting != null) {
        out.addAll(waiting);
      }
    }
    size -= out.size();
    return out;
  }

  private static void takeOut(Deque<Waiting> from, Set<Long> webhooks, List<Waiting> out) {
    for (Iterator<Waiting> items = from.iterator(); items.hasNext(); ) {
      Waiting item = items.next();
      Long webhookId = webhookId(item);
      if (webhookId != null && webhooks.contains(webhookId)) {
        items.remove();
        out.add(item);
      }
    }
  }

  /** Takes out all. */
  List<Waiting> withdrawAll() {
    List<Waiting> out = all();
    answering.clear();
    unknown.clear();
    aside.clear();
    size = 0;
    return out;
  }

  List<Waiting> all() {
    List<Waiting> all = new ArrayList<>(answering);
    all.addAll(unknown);
    aside.values().forEach(all::addAll);
    return List.copyOf(all);
  }

  private static @Nullable Long webhookId(Waiting item) {
    ClaimedDelivery delivery = item.delivery();
    return delivery == null ? null : (Long) delivery.id().webhookId();
  }
}
