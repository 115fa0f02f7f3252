package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Seals again, with the current encryption key, what an older one sealed, so that the older one can
 * be taken away. Works while everything runs, on any node, and may be broken off and begun again.
 * Thread-safe; commits every few hundred rows.
 */
public final class ResealStore {

  /**
   * How many of each were sealed again.
   *
   * @param unreadableAnswers kept answers to calls that no key of the box opens; left as they are
   */
  public record Resealed(int secrets, int headers, int unreadableAnswers) {}

  private record Row(long id, byte[] sealed) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(AnsweredStore.CallKey call, byte[] sealed) {}

  /** Where a chunk of answers ended, null where there was none, and why some could not be read. */
  private record Answers(AnsweredStore.@Nullable CallKey last, List<String> unreadable) {}

  private static final Logger LOG = LoggerFactory.getLogger(ResealStore.class);

  private static final int CHUNK = 500;

  private static final String SECRETS =
      """
      select id, sealed from changepost.webhook_secret
      where id > :after order by id limit :most for no key update
      """;
  private static final String HEADERS =
      """
      select id, headers as sealed from changepost.webhook
      where id > :after and headers is not null order by id limit :most for no key update
      """;

  /** Locked, so that no answer is replaced between being read and written. */
  private static final String ANSWERS =
      """
      select caller, operation, key, answer from changepost.answered
      where (caller, operation, key) > (:caller, :operation, :key)
        and substring(answer from 2 for 4) <> :sealedWith
      order by caller, operation, key limit :most for no key update
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final SecretBox box;

  /** What is sealed in that database, to be sealed by that box. */
  public ResealStore(Database database, SecretBox box) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
    this.box = box;
  }

  /**
   * Does it all. An answer that cannot be read is worth something for a day at most: it is left out
   * and counted, so that it does not keep secrets from being sealed again.
   *
   * @throws IllegalStateException where a secret or a header was sealed with a key that the box has
   *     not; it names the key's id, and what was done before stays done
   */
  public Resealed resealAll() {
    int unreadable = 0;
    String why = "";
    AnsweredStore.CallKey after = new AnsweredStore.CallKey("", "", "");
    while (after != null) {
      AnsweredStore.CallKey from = after;
      Answers chunk = Objects.requireNonNull(transaction.execute(status -> answers(from)));
      for (String reason : chunk.unreadable()) {
        unreadable++;
        why = reason;
      }
      after = chunk.last();
    }
    if (unreadable > 0) {
      LOG.warn("{} answers kept of calls are not sealed again, the last one: {}", unreadable, why);
    }
    return new Resealed(
        each(SECRETS, "update changepost.webhook_secret set sealed = :sealed where id = :id"),
        each(HEADERS, "update changepost.webhook set headers = :sealed where id = :id"),
        unreadable);
  }

  /** So that a call which was answered before the keys were changed is not done twice after it. */
  private Answers answers(AnsweredStore.CallKey after) {
    List<Answer> answers =
        bound(ANSWERS, after)
            .param("sealedWith", HexFormat.of().parseHex(box.keyId()))
            .param("most", CHUNK)
            .query(
                (row, n) ->
                    new Answer(
                        new AnsweredStore.CallKey(
                            row.getString("caller"),
                            row.getString("operation"),
                            row.getString("key")),
                        row.getBytes("answer")))
            .list();
    List<String> unreadable = new ArrayList<>();
    for (Answer answer : answers) {
      byte[] plain;
      try {
        plain = box.open(answer.sealed());
      } catch (IllegalStateException cannot) {
        unreadable.add(String.valueOf(cannot.getMessage()));
        continue;
      }
      bound(
              """
              update changepost.answered set answer = :answer
              where caller = :caller and operation = :operation and key = :key
              """,
              answer.call())
          .param("answer", box.seal(plain))
          .update();
    }
    return new Answers(
        answers.isEmpty() ? null : answers.get(answers.size() - 1).call(), unreadable);
  }

  private JdbcClient.StatementSpec bound(String sql, AnsweredStore.CallKey call) {
    return jdbc.sql(sql)
        .param("caller", call.caller())
        .param("operation", call.operation())
        .param("key", call.key());
  }

  private int each(String read, String write) {
    int resealed = 0;
    long after = 0;
    while (true) {
      long from = after;
      List<Row> rows =
          Objects.requireNonNull(transaction.execute(status -> chunk(read, write, from)));
      if (rows.isEmpty()) {
        return resealed;
      }
      resealed += (int) rows.stream().filter(row -> !isCurrent(row)).count();
      after = rows.get(rows.size() - 1).id();
    }
  }

  private List<Row> chunk(String read, String write, long after) {
    // The content stays the same: no news for the audit log.
    jdbc.sql("select set_config('changepost.resealing', 'on', true)").query(String.class).single();
    List<Row> rows =
        jdbc.sql(read)
            .param("after", after)
            .param("most", CHUNK)
            .query((row, n) -> new Row(row.getLong("id"), row.getBytes("sealed")))
            .list();
    for (Row row : rows) {
      if (!isCurrent(row)) {
        jdbc.sql(write)
            .param("id", row.id())
            .param("sealed", box.seal(box.open(row.sealed())))
            .update();
      }
    }
    return rows;
  }

  private boolean isCurrent(Row row) {
    return box.isSealedWithCurrentKey(row.sealed());
  }
}
