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
  private final SenderStats stats;

  Inactivity(InactivityStore store, InactivityRule rule, SenderStats stats) {
    this.store = store;
    this.rule = rule;
    this.stats = stats;
  }

  /**
   * Looks for webhooks that soon become inactive → one map with {@code webhookId}, {@code
   * organizationId}, {@code percent} of the time that is over (50 or 90), {@code failingSince} and
   * {@code inactiveAt} for each that nobody was warned of yet.
   */
  public List<Map<String, Object>> warn() {
    return store.warn(rule).stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "webhookId", one.webhookId(),
                    "organizationId", one.organizationId(),
                    "percent", one.percent(),
                    "failingSince", one.failingSince().toString(),
                    "inactiveAt", one.inactiveAt().toString()))
        .toList();
  }

  /** One line for each warning. */
  public void tellWarning(Map<String, Object> warning) {
    stats.warned();
    LOG.warn(
        "webhook {} of organization {} has only failed since {} and becomes inactive at {} ({} % of"
            + " the time is over)",
        warning.get("webhookId"),
        warning.get("organizationId"),
        warning.get("failingSince"),
        warning.get("inactiveAt"),
        warning.get("percent"));
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
