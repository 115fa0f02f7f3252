package io.changepost.persistence.delivery;

import java.time.Duration;

/**
 * When a webhook is switched off because its endpoint does not take anything.
 *
 * @param after age of the first failed attempt since the last success, creation or activation; a
 *     day is 24 hours
 * @param quietWebhooks what becomes of those with nothing to send
 * @param alarmShare share of the active webhooks over which none is switched off
 * @param alarmCount number of webhooks from which that share is looked at
 */
public record InactivityRule(
    Duration after, QuietWebhooks quietWebhooks, double alarmShare, int alarmCount) {

  /** The guard as it is meant: 20 or more, and over 30 %. */
  public InactivityRule(Duration after, QuietWebhooks quietWebhooks) {
    this(after, quietWebhooks, 0.30, 20);
  }

  /** What becomes of a webhook that had nothing to send for that long. */
  public enum QuietWebhooks {
    /** It stays active: quiet is not failing. */
    KEEP,
    /** No success for that long is enough, with or without a failure. */
    DEACTIVATE
  }
}
