package io.changepost.routing;

import io.changepost.persistence.delivery.InactivityRule;
import io.changepost.persistence.delivery.InactivityRun;
import io.changepost.persistence.delivery.InactivityStore;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code inactivity}: webhooks that only fail become inactive. Repeatable on every node.
 */
public final class Inactivity {

  private static final Logger LOG = LoggerFactory.getLogger(Inactivity.class);

  private final InactivityStore store;
  private final InactivityRule rule;

  Inactivity(InactivityStore store, InactivityRule rule) {
    this.store = store;
    this.rule = rule;
  }

  /**
   * Applies the rule by the database's clock → one map with {@code webhookId}, {@code
   * organizationId} and {@code reason} for each webhook that became inactive now.
   */
  public List<Map<String, Object>> deactivate() {
    CrashPoint.HERE.at("inactivity.before-commit");
    InactivityRun run = store.deactivate(rule);
    if (run.heldBack() > 0) {
      LOG.error(
          "{} webhooks would become inactive at once, so none did: look for the cause on our side",
          run.heldBack());
    }
    return run.deactivated().stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "webhookId", one.webhookId(),
                    "organizationId", one.organizationId(),
                    "reason", "no success"))
        .toList();
  }

  /** One line for each webhook that became inactive, whatever the reason. */
  public void tell(Map<String, Object> webhook) {
    LOG.warn(
        "webhook {} of organization {} became inactive: {}",
        webhook.get("webhookId"),
        webhook.get("organizationId"),
        webhook.get("reason"));
  }
}
