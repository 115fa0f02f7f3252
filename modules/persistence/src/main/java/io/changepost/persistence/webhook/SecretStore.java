package io.changepost.persistence.webhook;

import io.changepost.domain.SigningSecret;
import io.changepost.domain.SigningSecret.Kind;
import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Signing secrets, sealed. Thread-safe; each call is one transaction. */
public final class SecretStore {

  /**
   * A webhook's secret.
   *
   * @param previousValidUntil until when an old one signs too; null where none does
   */
  public record Current(SigningSecret secret, @Nullable Instant previousValidUntil) {}

  /**
   * What a message is signed with at this moment.
   *
   * @param secrets newest first
   * @param now the database's clock
   */
  public record Signing(List<SigningSecret> secrets, Instant now) {}

  private static final int MOST_PREVIOUS = 4;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final SecretBox box;
  private final SecureRandom random = new SecureRandom();

  /** Secrets in that database, sealed by that box. */
  public SecretStore(Database database, SecretBox box) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
    this.box = box;
  }

  /** The secret that signs now; empty where there is no such webhook. */
  public Optional<Current> current(long organizationId, long webhookId) {
    return jdbc.sql(
            """
            select s.sealed,
                   (select max(valid_until) from changepost.webhook_secret p
                    where p.webhook_id = w.id and p.kind = 'hmac'
                      and p.valid_until > clock_timestamp()) as until
            from changepost.webhook w
            join changepost.webhook_secret s on s.webhook_id = w.id and s.kind = 'hmac' and s.valid_until is null
            where w.id = :id and w.organization_id = :organization and w.deleted_at is null
            """)
        .param("id", webhookId)
        .param("organization", organizationId)
        .query(
            (row, n) ->
                new Current(
                    Sealed.openSecret(row.getBytes("sealed"), box), WebhookRow.time(row, "until")))
        .optional();
  }

  /** The secrets that sign now; empty where there is no such webhook. */
  public Optional<Signing> signing(long organizationId, long webhookId) {
    List<Signing> rows =
        jdbc.sql(
                """
                select s.sealed, clock_timestamp() as now
                from changepost.webhook w
                join changepost.webhook_secret s on s.webhook_id = w.id
                where w.id = :id and w.organization_id = :organization and w.deleted_at is null
                  and (s.valid_until is null or s.valid_until > clock_timestamp())
                order by s.id desc
                """)
            .param("id", webhookId)
            .param("organization", organizationId)
            .query(
                (row, n) ->
                    new Signing(
                        List.of(Sealed.openSecret(row.getBytes("sealed"), box)),
                        Objects.requireNonNull(WebhookRow.time(row, "now"))))
            .list();
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Signing(
                rows.stream().map(row -> row.secrets().get(0)).toList(), rows.get(0).now()));
  }

  /**
   * Makes {@code next} the secret, and a new Ed25519 one where the webhook has such; those before
   * sign too for {@code overlap}. Of older ones the last four at most are kept. Empty where there
   * is no such webhook.
   */
  public Optional<Current> rotate(
      long organizationId, long webhookId, SigningSecret next, Duration overlap) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              if (!lock(organizationId, webhookId)) {
                return Optional.<Current>empty();
              }
              retire(webhookId, Kind.HMAC, overlap);
              insert(jdbc, webhookId, next, box);
              if (retire(webhookId, Kind.ED25519, overlap)) {
                insert(jdbc, webhookId, SigningSecret.generate(Kind.ED25519, random), box);
              }
              forget(webhookId);
              return current(organizationId, webhookId);
            }));
  }

  private boolean lock(long organizationId, long webhookId) {
    return jdbc.sql(
            """
            select 1 from changepost.webhook
            where id = :id and organization_id = :organization and deleted_at is null
            for no key update
            """)
        .param("id", webhookId)
        .param("organization", organizationId)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /** False where there was none of that kind. */
  private boolean retire(long webhookId, Kind kind, Duration overlap) {
    int retired =
        jdbc.sql(
                """
                update changepost.webhook_secret
                set valid_until = clock_timestamp() + :millis * interval '1 millisecond'
                where webhook_id = :id and kind = :kind and valid_until is null
                """)
            .param("id", webhookId)
            .param("kind", kind.word())
            .param("millis", overlap.toMillis())
            .update();
    return retired > 0;
  }

  private void forget(long webhookId) {
    jdbc.sql(
            """
            delete from changepost.webhook_secret s
            where s.webhook_id = :id and s.valid_until is not null
              and (s.valid_until <= clock_timestamp()
                   or s.id not in (select p.id from changepost.webhook_secret p
                                   where p.webhook_id = :id and p.kind = s.kind
                                   order by p.id desc limit :most))
            """)
        .param("id", webhookId)
        .param("most", MOST_PREVIOUS + 1)
        .update();
  }

  /** Removes the secrets of a kind, those that only sign too as well. */
  static void remove(JdbcClient jdbc, long webhookId, Kind kind) {
    jdbc.sql("delete from changepost.webhook_secret where webhook_id = :id and kind = :kind")
        .param("id", webhookId)
        .param("kind", kind.word())
        .update();
  }

  static void insert(JdbcClient jdbc, long webhookId, SigningSecret secret, SecretBox box) {
    jdbc.sql(
            """
            insert into changepost.webhook_secret (webhook_id, kind, sealed)
            values (:id, :kind, :sealed)
            """)
        .param("id", webhookId)
        .param("kind", secret.kind().word())
        .param("sealed", Sealed.seal(secret, box))
        .update();
  }
}
