package io.changepost.persistence.delivery;

/** What a wish to change a webhook's status came to. */
public enum StatusChange {
  /** It is so now. */
  CHANGED,
  /** It was so before. */
  UNCHANGED,
  /** The organization has no such webhook. */
  NOT_FOUND
}
