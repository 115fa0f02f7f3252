package io.changepost.persistence.delivery;

import java.util.List;

/**
 * What one look at all webhooks came to.
 *
 * @param deactivated those that became inactive now
 * @param heldBack how many would have, were they not too many at once; 0 where the guard was silent
 */
public record InactivityRun(List<Deactivated> deactivated, int heldBack) {

  /**
   * A webhook that became inactive.
   *
   * @param webhookId its id
   * @param organizationId whose it is
   */
  public record Deactivated(long webhookId, long organizationId) {}
}
