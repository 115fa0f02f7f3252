package io.changepost.routing;

import io.changepost.persistence.delivery.RetentionStore;
import io.changepost.persistence.delivery.WebhookStatusStore;
import io.changepost.persistence.platform.ContactsOverStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bean {@code upkeep}: what keeps the tables in shape. Repeatable on every node. */
public final class Upkeep {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final int WAITING_AT_ONCE = 5_000;

  private final RetentionStore retention;
  private final WebhookStatusStore status;
  private final ContactsOverStore contacts;
  private final Duration keep;
  private final int contactsLimit;

  Upkeep(
      RetentionStore retention,
      WebhookStatusStore status,
      ContactsOverStore contacts,
      Duration keep,
      int contactsLimit) {
    this.retention = retention;
    this.status = status;
    this.contacts = contacts;
    this.keep = keep;
    this.contactsLimit = contactsLimit;
  }

  /** Tells, once each, of organizations that an import gave more contacts than the limit. */
  public void contacts() {
    for (ContactsOverStore.Over over : contacts.findNew(contactsLimit)) {
      LOG.warn(
          "organization {} has {} contacts, over the limit of {} (changepost.contacts.limit): it is"
              + " notified of the {} that were starred first",
          over.organizationId(),
          over.contacts(),
          contactsLimit,
          contactsLimit);
    }
  }

  /** Makes the partitions of the days to come. */
  public void partitions() {
    retention.ensurePartitions();
  }

  /** Drops the days that are older than the retention and that nothing needs. */
  public void drop() {
    int dropped = retention.drop(keep);
    if (dropped > 0) {
      LOG.info("dropped the history of {} days older than {} hours", dropped, keep.toHours());
    }
  }

  /** Ends what still waits for webhooks that are inactive or deleted. */
  public void endWaiting() {
    int ended;
    do {
      ended = status.endWaiting(WAITING_AT_ONCE);
      if (ended > 0) {
        LOG.info("ended {} deliveries of webhooks that are inactive or deleted", ended);
      }
    } while (ended >= WAITING_AT_ONCE);
  }
}
