package io.changepost.api;

import io.changepost.persistence.Database;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.access.Acting;
import io.changepost.persistence.access.AnsweredStore;
import io.changepost.persistence.access.AuditStore;
import io.changepost.persistence.access.KeyStore;
import io.changepost.persistence.access.ResealStore;
import io.changepost.persistence.access.TokenStore;
import io.changepost.persistence.change.PublishStore;
import io.changepost.persistence.delivery.ActivityReader;
import io.changepost.persistence.delivery.DeliveryPause;
import io.changepost.persistence.delivery.DeliveryReader;
import io.changepost.persistence.delivery.ReplayStore;
import io.changepost.persistence.delivery.WebhookStatusStore;
import io.changepost.persistence.explain.ExplainStore;
import io.changepost.persistence.explain.PreviewStore;
import io.changepost.persistence.platform.CompanyStore;
import io.changepost.persistence.platform.OrganizationStore;
import io.changepost.persistence.platform.RelationDataStore;
import io.changepost.persistence.platform.RelationStore;
import io.changepost.persistence.platform.StatsStore;
import io.changepost.persistence.webhook.SecretStore;
import io.changepost.persistence.webhook.WebhookStore;
import javax.sql.DataSource;

/** The stores that the API reads and writes. */
public record ApiStores(
    Callers callers,
    Platform platform,
    Webhooks webhooks,
    Deliveries deliveries,
    PublishStore publish) {

  /** Who may call, in whose name it is done, and what was done. */
  public record Callers(
      KeyStore keys, TokenStore tokens, Acting acting, AnsweredStore answered, AuditStore audit) {}

  /** The platform's own rows. */
  public record Platform(
      OrganizationStore organizations,
      CompanyStore companies,
      RelationStore relations,
      RelationDataStore relationData,
      StatsStore stats) {}

  /** Webhooks. */
  public record Webhooks(
      WebhookStore settings, SecretStore secrets, WebhookStatusStore status, ResealStore reseal) {}

  /** What is sent to them, and what is said about it. */
  public record Deliveries(
      DeliveryReader reader, ReplayStore replays, DeliveryPause pause, Insight insight) {}

  /** Answers to why, how many and how fast. */
  public record Insight(ActivityReader activity, ExplainStore explain, PreviewStore preview) {}

  /**
   * All of them on that database.
   *
   * @param contactsLimit {@code changepost.contacts.limit}, which replays observe as fan-out does
   */
  public static ApiStores of(Database database, SecretBox box, int contactsLimit) {
    DataSource pool = database.apiPool();
    return new ApiStores(
        new Callers(
            new KeyStore(database),
            new TokenStore(database),
            new Acting(database),
            new AnsweredStore(database, box),
            new AuditStore(database)),
        new Platform(
            new OrganizationStore(database),
            new CompanyStore(database),
            new RelationStore(database),
            new RelationDataStore(database),
            new StatsStore(database)),
        new Webhooks(
            new WebhookStore(database, box),
            new SecretStore(database, box),
            new WebhookStatusStore(pool),
            new ResealStore(database, box)),
        new Deliveries(
            new DeliveryReader(pool),
            new ReplayStore(pool, contactsLimit),
            new DeliveryPause(pool),
            new Insight(
                new ActivityReader(pool),
                new ExplainStore(database, contactsLimit),
                new PreviewStore(database, contactsLimit))),
        new PublishStore(database));
  }
}
