package io.changepost.persistence.change;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Group commit: calls that come while others are being committed are then published in one
 * transaction, so the groups grow with the load by themselves, and a call that comes alone waits
 * for nobody. Each call remains all or none by itself: what one is refused for does not touch the
 * others. Thread-safe.
 */
public final class PublishTogether {

  /** As many as one call may have, which then makes a group by itself. */
  private static final int MOST_CHANGES = 1_000;

  private static final long MOST_BYTES = 4 << 20;

  private static final Set<String> IN_VAIN = Set.of("55P03", "57014", "40P01");

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
   * Where the database cannot be reached, all calls of a group get the same exception. Never
   * throws.
   */
  public CompletableFuture<PublishStore.Result> publish(List<PublishedChange> changes) {
    Call call = new Call(changes, new CompletableFuture<>());
    if (add(call)) {
      try {
        committer.execute(this::commitAll);
      } catch (RuntimeException | Error noThread) {
        giveUp(noThread);
      }
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
    try {
      for (List<Call> group = next(); !group.isEmpty(); group = next()) {
        commit(group);
      }
    } catch (RuntimeException | Error unexpected) {
      giveUp(unexpected);
    }
  }

  /** So that nobody waits for a commit that does not come, and the next call begins anew. */
  private void giveUp(Throwable cause) {
    List<Call> left;
    synchronized (this) {
      left = List.copyOf(waiting);
      waiting.clear();
      committing = false;
    }
    left.forEach(call -> call.result.completeExceptionally(cause));
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

  /**
   * Ends each call of the group, in every case. Where one of them is refused, and so all, each half
   * is published by itself, down to the one. Where one waited in vain, for a key that another
   * session holds, they go one by one, so that it is waited for once more and not with each half.
   */
  private void commit(List<Call> group) {
    List<List<Call>> parts;
    try {
      PublishStore.Result result =
          store.publish(group.stream().flatMap(call -> call.changes.stream()).toList());
      if (end(group, result)) {
        return;
      }
      parts = halves(group);
    } catch (RuntimeException | Error failed) {
      if (group.size() > 1 && failed instanceof DataIntegrityViolationException) {
        parts = halves(group);
      } else if (group.size() > 1 && waitedInVain(failed)) {
        parts = group.stream().map(List::of).toList();
      } else {
        group.forEach(call -> call.result.completeExceptionally(failed));
        return;
      }
    }
    parts.forEach(this::commit);
  }

  /** False where it is not of all of them: one of several has a key that was taken. */
  private static boolean end(List<Call> group, PublishStore.Result result) {
    if (result instanceof PublishStore.Result.Published published) {
      int from = 0;
      for (Call call : group) {
        int to = from + call.changes.size();
        List<Long> ids = List.copyOf(published.changeIds().subList(from, to));
        call.result.complete(new PublishStore.Result.Published(ids));
        from = to;
      }
      return true;
    }
    return group.size() == 1 && group.get(0).result.complete(result);
  }

  private static List<List<Call>> halves(List<Call> group) {
    int half = group.size() / 2;
    return List.of(group.subList(0, half), group.subList(half, group.size()));
  }

  /** A lock not got in time, a statement out of time, or a deadlock, read from the SQLSTATE. */
  private static boolean waitedInVain(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return IN_VAIN.contains(sql.getSQLState());
      }
    }
    return false;
  }
}
