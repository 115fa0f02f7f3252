package io.changepost.persistence.delivery;

/** What a resend came to. */
public enum ResendResult {
  /** It is due now, in a new round; or it waited and is due now; or it is being attempted. */
  ACCEPTED,
  /** The organization has no such message, or it is past retention. */
  NOT_FOUND,
  /** Its webhook is inactive. */
  WEBHOOK_INACTIVE
}
