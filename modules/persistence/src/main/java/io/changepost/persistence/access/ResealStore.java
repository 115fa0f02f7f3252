package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Seals again, with the current encryption key, what an older one sealed, so that the older one can
 * be taken away. Works while everything runs, on any node, and may be broken off and begun again.
 * Thread-safe; commits every few hundred rows.
 */
public final class ResealStore {

  /** How many of each were sealed again. */
  public record Resealed(int secrets, int headers) {}

  private record Row(long id, byte[] sealed) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answer(String place, byte[] sealed) {}

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

  /** Locked, so that no row moves between being read and written. */
  private static final String ANSWERS =
      """
      select ctid::text as place, answer from changepost.answered
      where substring(answer from 2 for 4) <> :key limit :most for no key update
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
   * Does it all.
   *
   * @throws IllegalStateException where a row was sealed with a key that the box has not; it names
   *     the key's id, and what was done before stays done
   */
  public Resealed resealAll() {
    boolean more;
    do {
      more = Boolean.TRUE.equals(transaction.execute(status -> answers()));
    } while (more);
    return new Resealed(
        each(SECRETS, "update changepost.webhook_secret set sealed = :sealed where id = :id"),
        each(HEADERS, "update changepost.webhook set headers = :sealed where id = :id"));
  }

  /** So that a call which was answered before the keys were changed is not done twice after it. */
  private boolean answers() {
    List<Answer> answers =
        jdbc.sql(ANSWERS)
            .param("key", HexFormat.of().parseHex(box.keyId()))
            .param("most", CHUNK)
            .query((row, n) -> new Answer(row.getString("place"), row.getBytes("answer")))
            .list();
    for (Answer answer : answers) {
      jdbc.sql("update changepost.answered set answer = :answer where ctid = :place::tid")
          .param("place", answer.place())
          .param("answer", box.seal(box.open(answer.sealed())))
          .update();
    }
    return !answers.isEmpty();
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
