package io.changepost.persistence.access;

import io.changepost.persistence.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keys, kept as SHA-256. Thread-safe; each call is one transaction, or joins its caller's. Database
 * errors leave as Spring's {@code DataAccessException}.
 */
public final class KeyStore {

  /**
   * Whose key it is.
   *
   * @param organizationId null for the operator's key made on the first start
   * @param hint the key's first characters
   */
  public record Owner(long keyId, @Nullable Long organizationId, String hint) {}

  /** A key just made; its text is known nowhere else. */
  public record NewKey(long keyId, String key) {

    @Override
    public String toString() {
      return "NewKey[" + keyId + "]";
    }
  }

  /** A key as it is listed. */
  public record KeyEntry(long keyId, String hint, Instant createdAt, @Nullable Instant revokedAt) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final SecureRandom random = new SecureRandom();

  /** Keys in that database. */
  public KeyStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
  }

  /**
   * Makes the operator's key where there is none yet; of nodes that ask at once, one makes it.
   * Asked only where no setting gives the key.
   *
   * @return the text of the key just made, to be printed this once; empty where there is one
   */
  public Optional<String> operatorKeyOrNew() {
    String key = KeyText.generate(KeyText.OPERATOR, random);
    int made =
        jdbc.sql(
                """
                insert into changepost.api_key (hash, hint) values (:hash, :hint)
                on conflict do nothing
                """)
            .param("hash", KeyText.hash(key))
            .param("hint", KeyText.hint(key))
            .update();
    return made == 1 ? Optional.of(key) : Optional.empty();
  }

  /** Whose key has that hash; empty where none has, or it is revoked. */
  public Optional<Owner> owner(byte[] hash) {
    return jdbc.sql(
            """
            select id, organization_id, hint from changepost.api_key
            where hash = :hash and revoked_at is null
            """)
        .param("hash", hash)
        .query(
            (row, n) ->
                new Owner(
                    row.getLong("id"),
                    row.getObject("organization_id", Long.class),
                    row.getString("hint")))
        .optional();
  }

  /**
   * One more key of an organization; empty where there is no such organization, or it has that many
   * that are not revoked. Calls for one organization wait for each other.
   */
  public Optional<NewKey> create(long organizationId, int most) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              // A statement sees what was there when it began: one that waited for the lock itself
              // would not count the keys it waited for.
              lockOrganization(organizationId);
              return insert(organizationId, most);
            }));
  }

  private void lockOrganization(long organizationId) {
    jdbc.sql("select 1 from changepost.organization where id = :id for no key update")
        .param("id", organizationId)
        .query(Integer.class)
        .optional();
  }

  private Optional<NewKey> insert(long organizationId, int most) {
    String key = KeyText.generate(KeyText.ORGANIZATION, random);
    try {
      return jdbc.sql(
              """
              insert into changepost.api_key (organization_id, hash, hint)
              select o.id, :hash, :hint from changepost.organization o
              where o.id = :organization
                and (select count(*) from changepost.api_key k
                     where k.organization_id = o.id and k.revoked_at is null) < :most
              returning id
              """)
          .param("hash", KeyText.hash(key))
          .param("hint", KeyText.hint(key))
          .param("organization", organizationId)
          .param("most", most)
          .query(Long.class)
          .optional()
          .map(id -> new NewKey(id, key));
    } catch (DuplicateKeyException twice) {
      throw new IllegalStateException("32 random bytes came twice", twice);
    }
  }

  /** An organization's keys with ids after {@code after}, oldest first, revoked ones too. */
  public List<KeyEntry> page(long organizationId, long after, int most) {
    return jdbc.sql(
            """
            select id, hint, created_at, revoked_at from changepost.api_key
            where organization_id = :organization and id > :after order by id limit :most
            """)
        .param("organization", organizationId)
        .param("after", after)
        .param("most", most)
        .query((row, n) -> entry(row))
        .list();
  }

  /** Ends a key, and so its tokens; false where the organization has no such key. */
  public boolean revoke(long organizationId, long keyId) {
    return jdbc.sql(
                """
                update changepost.api_key set revoked_at = coalesce(revoked_at, clock_timestamp())
                where organization_id = :organization and id = :key
                """)
            .param("organization", organizationId)
            .param("key", keyId)
            .update()
        == 1;
  }

  private static KeyEntry entry(ResultSet row) throws SQLException {
    OffsetDateTime revokedAt = row.getObject("revoked_at", OffsetDateTime.class);
    return new KeyEntry(
        row.getLong("id"),
        row.getString("hint"),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        revokedAt == null ? null : revokedAt.toInstant());
  }
}
