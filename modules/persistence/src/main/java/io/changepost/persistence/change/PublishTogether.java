package io.changepost.persistence.change;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Group commit: calls that come while others are being committed are then published in one
 * transaction, so the groups grow with the load by themselves, and a call that comes alone waits
 * for nobody. Each call remains all or none by itself: where a group is refused, its calls are
 * published one by one. Thread-safe.
 */
public final class PublishTogether {

  /** As many as one call may have, which then makes a group by itself. */
  private static final int MOST_CHANGES = 1_000;

  private static final long MOST_BYTES = 4 << 20;

  private record Call(
      List<PublishedChange> changes, CompletableFuture<PublishStore.Result> result) {

    long bytes() {
      return changes.stream().mapToLong(change -> change.sides().bytes()).sum();
    }
  }

  private final PublishStore store;
  private final Executor committer;
  private final Deque<Call> waiting = new ArrayDeque<>();
  private boolean committing;

  /**
   * Publishes by that store.
   *
   * @param committer runs what commits, one at a time, until nothing waits
   */
  public PublishTogether(PublishStore store, Executor committer) {
    this.store = store;
    this.committer = committer;
  }

  /**
   * Like {@link PublishStore#publish}; completes when it is committed, or with what that threw.
   * Where the database cannot be reached, all calls of a group get the same exception.
   */
  public CompletableFuture<PublishStore.Result> publish(List<PublishedChange> changes) {
    Call call = new Call(changes, new CompletableFuture<>());
    if (add(call)) {
      committer.execute(this::commitAll);
    }
    return call.result;
  }

  /** True where nobody commits yet. */
  private synchronized boolean add(Call call) {
    waiting.add(call);
    boolean first = !committing;
    committing = true;
    return first;
  }

  private void commitAll() {
    for (List<Call> group = next(); !group.isEmpty(); group = next()) {
      commit(group);
    }
  }

  /**
   * Those that wait, in their order, as far as they go into one transaction; none ends the turn.
   */
  private synchronized List<Call> next() {
    List<Call> group = new ArrayList<>();
    int changes = 0;
    long bytes = 0;
    while (!waiting.isEmpty()) {
      Call call = waiting.element();
      changes += call.changes.size();
      bytes += call.bytes();
      if (!group.isEmpty() && (changes > MOST_CHANGES || bytes > MOST_BYTES)) {
        break;
      }
      group.add(waiting.remove());
    }
    committing = !group.isEmpty();
    return group;
  }

  /** Ends each call of the group, in every case. */
  private void commit(List<Call> group) {
    try {
      if (group.size() == 1 || !together(group)) {
        group.forEach(this::alone);
      }
    } catch (RuntimeException | Error failed) {
      // Does nothing to those that have their result.
      group.forEach(call -> call.result.completeExceptionally(failed));
    }
  }

  /** False where one of them is refused, and nothing is published; the others are not to suffer. */
  private boolean together(List<Call> group) {
    List<PublishedChange> all = group.stream().flatMap(call -> call.changes.stream()).toList();
    try {
      if (store.publish(all) instanceof PublishStore.Result.Published published) {
        int from = 0;
        for (Call call : group) {
          int to = from + call.changes.size();
          List<Long> ids = List.copyOf(published.changeIds().subList(from, to));
          call.result.complete(new PublishStore.Result.Published(ids));
          from = to;
        }
        return true;
      }
      return false;
    } catch (DataIntegrityViolationException refused) {
      return false;
    }
  }

  private void alone(Call call) {
    try {
      call.result.complete(store.publish(call.changes));
    } catch (DataIntegrityViolationException refused) {
      call.result.completeExceptionally(refused);
    }
  }
}
