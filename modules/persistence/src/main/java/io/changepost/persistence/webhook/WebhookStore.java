package io.changepost.persistence.webhook;

import io.changepost.domain.SigningSecret;
import io.changepost.domain.SigningSecret.Kind;
import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.SqlFile;
import io.changepost.persistence.platform.RelationStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Webhooks as their owners manage them. Thread-safe; each call is one transaction. A deleted
 * webhook, or one of another organization, is not there.
 */
public final class WebhookStore {

  /**
   * How many an organization may have.
   *
   * @param webhooks at most
   * @param contacts at most, with a webhook
   */
  public record Limits(int webhooks, int contacts) {}

  /** What creating a webhook came to. */
  public sealed interface Creation {

    /** It is there. */
    record Created(Webhook webhook) implements Creation {}

    /** It would be one too many; there are {@code count}. */
    record TooManyWebhooks(long count) implements Creation {}

    /** The organization has {@code count} contacts, more than it may with a webhook. */
    record TooManyContacts(long count) implements Creation {}
  }

  private static final String PAGE = SqlFile.read("webhooks/page-webhooks");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final SecretBox box;
  private final SecureRandom random = new SecureRandom();

  /** Webhooks in that database, their secrets sealed by that box. */
  public WebhookStore(Database database, SecretBox box) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
    this.box = box;
  }

  /** Webhooks with ids after {@code after}, oldest first. */
  public List<Webhook> page(long organizationId, long after, int most) {
    return rows(organizationId, null, after, most);
  }

  /** One webhook. */
  public Optional<Webhook> find(long organizationId, long id) {
    return rows(organizationId, id, 0, 1).stream().findFirst();
  }

  private List<Webhook> rows(long organizationId, @Nullable Long id, long after, int most) {
    return jdbc.sql(PAGE)
        .param("organization", organizationId)
        .param("id", id)
        .param("after", after)
        .param("most", most)
        .query((row, n) -> WebhookRow.read(row, box))
        .list();
  }

  /**
   * Makes an active webhook that signs with {@code secret}, and with an Ed25519 one made here where
   * the settings ask for it. Calls that count an organization's webhooks or contacts wait for each
   * other, so no limit is passed.
   */
  public Creation create(
      long organizationId, Webhook.Settings settings, SigningSecret secret, Limits limits) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              RelationStore.lockOrganization(jdbc, organizationId);
              long webhooks = count(organizationId);
              if (webhooks >= limits.webhooks()) {
                return new Creation.TooManyWebhooks(webhooks);
              }
              long contacts = RelationStore.countContacts(jdbc, organizationId);
              if (contacts > limits.contacts()) {
                return new Creation.TooManyContacts(contacts);
              }
              long id = insert(organizationId, settings, secret);
              return new Creation.Created(find(organizationId, id).orElseThrow());
            }));
  }

  private long count(long organizationId) {
    return jdbc.sql(
            """
            select count(*) from changepost.webhook
            where organization_id = :organization and deleted_at is null
            """)
        .param("organization", organizationId)
        .query(Long.class)
        .single();
  }

  private long insert(long organizationId, Webhook.Settings settings, SigningSecret secret) {
    long id =
        jdbc.sql(
                """
                insert into changepost.webhook (organization_id, url, description, headers, ordered)
                values (:organization, :url, :description, :headers, :ordered)
                returning id
                """)
            .param("organization", organizationId)
            .param("url", settings.url())
            .param("description", settings.description())
            .param("headers", Sealed.sealOrNull(settings.headers(), box))
            .param("ordered", settings.ordered())
            .query(Long.class)
            .single();
    SecretStore.insert(jdbc, id, secret, box);
    if (settings.ed25519()) {
      SecretStore.insert(jdbc, id, SigningSecret.generate(Kind.ED25519, random), box);
    }
    subscribe(id, pairs(settings.subscriptions()));
    return id;
  }

  /** Object and action, one pair each. */
  private static List<List<String>> pairs(List<Subscription> subscriptions) {
    return subscriptions.stream()
        .flatMap(
            one ->
                one.actions().stream().map(action -> List.of(one.object().word(), action.word())))
        .toList();
  }

  private static String[] column(List<List<String>> pairs, int index) {
    return pairs.stream().map(pair -> pair.get(index)).toArray(String[]::new);
  }

  private void subscribe(long id, List<List<String>> pairs) {
    jdbc.sql(
            """
            insert into changepost.subscription (webhook_id, object, action)
            select :id, s.object, s.action
            from unnest(:objects::text[], :actions::text[]) as s (object, action)
            """)
        .param("id", id)
        .param("objects", column(pairs, 0))
        .param("actions", column(pairs, 1))
        .update();
  }

  private void unsubscribe(long id, List<List<String>> pairs) {
    jdbc.sql(
            """
            delete from changepost.subscription s
            using unnest(:objects::text[], :actions::text[]) as gone (object, action)
            where s.webhook_id = :id and s.object = gone.object and s.action = gone.action
            """)
        .param("id", id)
        .param("objects", column(pairs, 0))
        .param("actions", column(pairs, 1))
        .update();
  }

  /**
   * Changes a webhook's settings under a lock on its row, so that of two calls none is lost; empty
   * where there is no such webhook. What {@code change} throws leaves everything as it was.
   */
  public Optional<Webhook> update(
      long organizationId, long id, UnaryOperator<Webhook.Settings> change) {
    return Objects.requireNonNull(
        transaction.execute(
            status -> {
              if (!lock(organizationId, id)) {
                return Optional.<Webhook>empty();
              }
              Webhook.Settings before = find(organizationId, id).orElseThrow().settings();
              write(id, before, change.apply(before));
              return find(organizationId, id);
            }));
  }

  private boolean lock(long organizationId, long id) {
    return jdbc.sql(
            """
            select 1 from changepost.webhook
            where id = :id and organization_id = :organization and deleted_at is null
            for no key update
            """)
        .param("id", id)
        .param("organization", organizationId)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  private void write(long id, Webhook.Settings before, Webhook.Settings after) {
    jdbc.sql(
            """
            update changepost.webhook
            set url = :url, description = :description, ordered = :ordered,
                updated_at = clock_timestamp()
            where id = :id
            """)
        .param("id", id)
        .param("url", after.url())
        .param("description", after.description())
        .param("ordered", after.ordered())
        .update();
    if (!before.headers().equals(after.headers())) {
      jdbc.sql("update changepost.webhook set headers = :headers where id = :id")
          .param("id", id)
          .param("headers", Sealed.sealOrNull(after.headers(), box))
          .update();
    }
    List<List<String>> added = new ArrayList<>(pairs(after.subscriptions()));
    added.removeAll(pairs(before.subscriptions()));
    List<List<String>> removed = new ArrayList<>(pairs(before.subscriptions()));
    removed.removeAll(pairs(after.subscriptions()));
    if (!added.isEmpty()) {
      subscribe(id, added);
    }
    if (!removed.isEmpty()) {
      unsubscribe(id, removed);
    }
    if (after.ed25519() && !before.ed25519()) {
      SecretStore.insert(jdbc, id, SigningSecret.generate(Kind.ED25519, random), box);
    } else if (before.ed25519() && !after.ed25519()) {
      SecretStore.remove(jdbc, id, Kind.ED25519);
    }
  }

  /**
   * Deletes a webhook; false where there is none. From then on it is not there and nothing is
   * fanned out to it; what waits is removed by upkeep.
   */
  public boolean delete(long organizationId, long id) {
    return jdbc.sql(
                """
                update changepost.webhook
                set deleted_at = clock_timestamp(), updated_at = clock_timestamp()
                where id = :id and organization_id = :organization and deleted_at is null
                """)
            .param("id", id)
            .param("organization", organizationId)
            .update()
        > 0;
  }
}
