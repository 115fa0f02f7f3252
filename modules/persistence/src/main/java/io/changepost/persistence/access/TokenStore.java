package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tokens, valid one hour, kept as SHA-256. A token stands for the hash of the key it was got with,
 * so it ends with the key. Thread-safe; each call is one statement of its own.
 */
public final class TokenStore {

  /** A token just made; its text is known nowhere else. */
  public record NewToken(String token, Instant expiresAt) {

    @Override
    public String toString() {
      return "NewToken[until " + expiresAt + "]";
    }
  }

  private final JdbcClient jdbc;
  private final SecureRandom random = new SecureRandom();

  /** Tokens in that database. */
  public TokenStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /** A new token for the key of that hash; what has expired is removed on the way. */
  public NewToken create(byte[] keyHash) {
    String token = KeyText.generate(KeyText.TOKEN, random);
    Instant expiresAt =
        jdbc.sql(
                """
                with gone as (
                  delete from changepost.api_token where expires_at < clock_timestamp())
                insert into changepost.api_token (hash, key_hash, expires_at)
                values (:hash, :key, clock_timestamp() + interval '1 hour')
                returning expires_at
                """)
            .param("hash", KeyText.hash(token))
            .param("key", keyHash)
            .query(OffsetDateTime.class)
            .single()
            .toInstant();
    return new NewToken(token, expiresAt);
  }

  /** The hash of the key that the token stands for; empty where it is none or has expired. */
  public Optional<byte[]> keyHash(String token) {
    return jdbc.sql(
            """
            select key_hash from changepost.api_token
            where hash = :hash and expires_at > clock_timestamp()
            """)
        .param("hash", KeyText.hash(token))
        .query((row, n) -> row.getBytes("key_hash"))
        .optional();
  }
}
