package io.changepost.persistence.explain;

import io.changepost.persistence.delivery.DeliveryRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one change and one webhook.
 *
 * @param change null where it is not kept: too old, or never made
 * @param firstKept the lowest id that is kept; null where none is
 * @param hook the webhook
 * @param contact the organization and the change's company, as they stand now
 * @param sending the delivery; null where there is none
 */
public record Facts(
    @Nullable Change change,
    @Nullable Long firstKept,
    Hook hook,
    Contact contact,
    @Nullable Sending sending) {

  /**
   * The change.
   *
   * @param owner the organization it belongs to or is narrowed to; null where everybody's
   * @param inOutbox true while it is not fanned out
   */
  public record Change(
      Instant capturedAt,
      String object,
      String action,
      String objectId,
      @Nullable Long companyId,
      @Nullable Long owner,
      boolean inOutbox) {}

  /**
   * The webhook, seen from the change.
   *
   * @param beforeCreation the change was captured before there was the webhook
   * @param beforeActivation it was captured before the webhook's last activation (or creation)
   * @param wasInactive the webhook was inactive at that time
   * @param inactiveReason why, where it was
   * @param subscribed it is subscribed to such changes now
   */
  public record Hook(
      boolean beforeCreation,
      boolean beforeActivation,
      boolean wasInactive,
      @Nullable String inactiveReason,
      boolean subscribed) {}

  /**
   * The organization and the company.
   *
   * @param related there is a relation, whatever its star
   * @param starred the change is one of a starred relation
   * @param star its colour
   * @param beyondLimit the relation was starred after as many others as count
   */
  public record Contact(
      boolean related, boolean starred, @Nullable String star, boolean beyondLimit) {}

  /**
   * The delivery.
   *
   * @param lastNumber of the last attempt whose outcome is known; null before
   */
  public record Sending(
      DeliveryRow delivery,
      @Nullable Integer lastNumber,
      @Nullable Integer lastStatus,
      @Nullable String lastError) {}
}
