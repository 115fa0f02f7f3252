package io.changepost.domain;

/** Why a delivery ended as failed. */
public enum FailureReason {
  /** Four attempts, none of them answered with 2xx. */
  ATTEMPTS_EXHAUSTED("attempts exhausted"),
  /** The webhook became inactive while the message waited. */
  WEBHOOK_INACTIVE("webhook inactive"),
  /** The endpoint answered 410. */
  GONE("gone"),
  /** Three leases ran out without an outcome. */
  WORKER_LOST("worker lost");

  private final String word;

  FailureReason(String word) {
    this.word = word;
  }

  /** The word in tables and the API. */
  public String word() {
    return word;
  }
}
