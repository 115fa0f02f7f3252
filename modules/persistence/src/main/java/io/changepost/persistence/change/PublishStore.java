package io.changepost.persistence.change;

import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Publishes changes into the outbox. Thread-safe; a call is one transaction, all or none. */
public final class PublishStore {

  /** What came of it. */
  public sealed interface Result {

    /** All are captured; the ids in the order given, an old one where its key was known. */
    record Published(List<Long> changeIds) implements Result {}

    /** None is: the change at {@code index} has a key that stood for other content before. */
    record KeyTaken(int index) implements Result {}
  }

  private static final String CLAIM_KEYS = SqlFile.read("changes/claim-keys");
  private static final String INSERT = SqlFile.read("changes/insert-into-outbox");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Publishes into that database. */
  public PublishStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
  }

  /** Publishes the changes; ids grow in their order. */
  public Result publish(List<PublishedChange> changes) {
    if (changes.stream().allMatch(change -> change.idempotencyKey() == null)) {
      // One statement is a transaction by itself.
      return new Result.Published(insert(changes, new Long[changes.size()]));
    }
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              Result result = inTransaction(changes);
              if (result instanceof Result.KeyTaken) {
                status.setRollbackOnly();
              }
              return result;
            }));
  }

  /**
   * Removes idempotency keys of more than 24 hours ago, which count no more.
   *
   * @return how many
   */
  public int forgetOldKeys() {
    return jdbc.sql(
            """
            delete from changepost.published
            where created_at < clock_timestamp() - interval '24 hours'
            """)
        .update();
  }

  private Result inTransaction(List<PublishedChange> changes) {
    List<Long> ids = new ArrayList<>(nextIds(changes.size()));
    Map<String, Entry> byKey = new LinkedHashMap<>();
    Set<Integer> repeated = new HashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      String key = changes.get(i).idempotencyKey();
      if (key == null) {
        continue;
      }
      Entry entry = new Entry(changes.get(i).fingerprint(), ids.get(i), i);
      Entry first = byKey.putIfAbsent(key, entry);
      if (first != null) {
        if (!Arrays.equals(first.fingerprint, entry.fingerprint)) {
          return new Result.KeyTaken(i);
        }
        repeated.add(i);
        ids.set(i, first.changeId);
      }
    }
    if (!byKey.isEmpty()) {
      for (Known known : known(byKey)) {
        Entry asked = Objects.requireNonNull(byKey.get(known.key));
        if (!Arrays.equals(asked.fingerprint, known.fingerprint)) {
          return new Result.KeyTaken(asked.index);
        }
        for (int i = 0; i < ids.size(); i++) {
          if (known.key.equals(changes.get(i).idempotencyKey())) {
            ids.set(i, known.changeId);
            repeated.add(i);
          }
        }
      }
    }
    insertFresh(changes, ids, repeated);
    return new Result.Published(List.copyOf(ids));
  }

  private List<Long> nextIds(int count) {
    return jdbc.sql("select nextval('changepost.change_id') from generate_series(1, :count)")
        .param("count", count)
        .query(Long.class)
        .list();
  }

  /** Takes the free keys; returns those that were taken before. */
  private List<Known> known(Map<String, Entry> byKey) {
    List<String> free =
        jdbc.sql(CLAIM_KEYS)
            .param("keys", byKey.keySet().toArray(String[]::new))
            .param(
                "fingerprints",
                byKey.values().stream().map(Entry::fingerprint).toArray(byte[][]::new))
            .param("changeIds", byKey.values().stream().map(Entry::changeId).toArray(Long[]::new))
            .query(String.class)
            .list();
    if (free.size() == byKey.size()) {
      return List.of();
    }
    Set<String> taken = new HashSet<>(byKey.keySet());
    free.forEach(taken::remove);
    return jdbc.sql(
            """
            select idempotency_key, fingerprint, change_id from changepost.published
            where idempotency_key = any (:keys::text[])
            """)
        .param("keys", taken.toArray(String[]::new))
        .query(
            (row, n) ->
                new Known(
                    row.getString("idempotency_key"),
                    row.getBytes("fingerprint"),
                    row.getLong("change_id")))
        .list();
  }

  private void insertFresh(List<PublishedChange> changes, List<Long> ids, Set<Integer> repeated) {
    List<PublishedChange> fresh = new ArrayList<>();
    List<Long> freshIds = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      if (!repeated.contains(i)) {
        fresh.add(changes.get(i));
        freshIds.add(ids.get(i));
      }
    }
    if (!fresh.isEmpty()) {
      insert(fresh, freshIds.toArray(Long[]::new));
    }
  }

  /** Where one has no id yet, it gets the next one; all of them are returned. */
  private List<Long> insert(List<PublishedChange> fresh, @Nullable Long[] ids) {
    return jdbc.sql(INSERT)
        .param("ids", ids)
        .param("occurredAt", texts(fresh, c -> timestamp(c.occurredAt())))
        .param("objects", texts(fresh, c -> c.subject().object().word()))
        .param("actions", texts(fresh, c -> c.subject().action().word()))
        .param("objectIds", texts(fresh, c -> c.subject().objectId()))
        .param("companyIds", longs(fresh, c -> c.subject().companyId()))
        .param("organizationIds", longs(fresh, c -> c.subject().organizationId()))
        .param("stars", texts(fresh, c -> c.facts().star()))
        .param("previousStars", texts(fresh, c -> c.facts().previousStar()))
        .param("starredAt", texts(fresh, c -> timestamp(c.facts().starredAt())))
        .param("currents", texts(fresh, c -> c.sides().current()))
        .param("previouses", texts(fresh, c -> c.sides().previous()))
        .param("bytes", fresh.stream().map(c -> c.sides().bytes()).toArray(Integer[]::new))
        .param("traceparents", texts(fresh, PublishedChange::traceparent))
        .query(Long.class)
        .list();
  }

  private static @Nullable String[] texts(
      List<PublishedChange> changes, Function<PublishedChange, @Nullable String> value) {
    return changes.stream().map(value).toArray(String[]::new);
  }

  private static @Nullable Long[] longs(
      List<PublishedChange> changes, Function<PublishedChange, @Nullable Long> value) {
    return changes.stream().map(value).toArray(Long[]::new);
  }

  private static @Nullable String timestamp(@Nullable Instant time) {
    return time == null
        ? null
        : OffsetDateTime.ofInstant(time, java.time.ZoneOffset.UTC).toString();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(byte[] fingerprint, long changeId, int index) {}

  @SuppressWarnings("ArrayRecordComponent")
  private record Known(String key, byte[] fingerprint, long changeId) {}
}
