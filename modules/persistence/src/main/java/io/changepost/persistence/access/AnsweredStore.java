package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Answers to calls that carried an {@code Idempotency-Key}, kept for 24 hours, sealed, because they
 * may hold a key. To be used within the transaction of the call itself ({@link Acting}): of two
 * calls with one key at once, the second waits for the first. Thread-safe.
 */
public final class AnsweredStore {

  /**
   * Which call.
   *
   * @param caller whose key it is; keys of different callers have nothing to do with each other
   * @param operation what is called
   * @param key as the caller gave it
   */
  public record CallKey(String caller, String operation, String key) {}

  /** What is known of a call. */
  public sealed interface Known {

    /** It is the first with its key; its answer is to be kept. */
    record First() implements Known {}

    /** It was answered so. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answered(int status, byte[] body) implements Known {}

    /** The key stood for something else. */
    record Other() implements Known {}
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(byte[] fingerprint, int status, byte[] answer) {}

  private final JdbcClient jdbc;
  private final SecretBox box;

  /** Answers in that database, sealed by that box. */
  public AnsweredStore(Database database, SecretBox box) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.box = box;
  }

  /**
   * Begins a call.
   *
   * @param fingerprint of all that it asks for
   */
  public Known begin(CallKey call, byte[] fingerprint) {
    int first =
        bound(
                """
                insert into changepost.answered (caller, operation, key, fingerprint)
                values (:caller, :operation, :key, :fingerprint)
                on conflict (caller, operation, key) do update
                  set fingerprint = excluded.fingerprint, status = null, answer = null,
                      created_at = excluded.created_at
                  where answered.created_at < clock_timestamp() - interval '24 hours'
                """,
                call)
            .param("fingerprint", fingerprint)
            .update();
    if (first == 1) {
      return new Known.First();
    }
    Kept kept =
        bound(
                """
                select fingerprint, status, answer from changepost.answered
                where caller = :caller and operation = :operation and key = :key
                """,
                call)
            .query(
                (row, n) ->
                    new Kept(
                        row.getBytes("fingerprint"), row.getInt("status"), row.getBytes("answer")))
            .single();
    return MessageDigest.isEqual(kept.fingerprint, fingerprint)
        ? new Known.Answered(kept.status, box.open(kept.answer))
        : new Known.Other();
  }

  /** Keeps the answer to the call that was begun first. */
  public void keep(CallKey call, int status, byte @Nullable [] body) {
    bound(
            """
            update changepost.answered set status = :status, answer = :answer
            where caller = :caller and operation = :operation and key = :key
            """,
            call)
        .param("status", status)
        .param("answer", box.seal(body == null ? new byte[0] : body))
        .update();
  }

  /** Forgets what is older than 24 hours. */
  public void forgetOld() {
    jdbc.sql(
            """
            delete from changepost.answered
            where created_at < clock_timestamp() - interval '24 hours'
            """)
        .update();
  }

  private JdbcClient.StatementSpec bound(String sql, CallKey call) {
    return jdbc.sql(sql)
        .param("caller", call.caller())
        .param("operation", call.operation())
        .param("key", call.key());
  }
}
