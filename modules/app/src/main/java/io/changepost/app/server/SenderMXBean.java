package io.changepost.app.server;

/** {@code changepost:type=Sender}: what this node does, for JMX. */
public interface SenderMXBean {

  /** Attempts under way in this node. */
  int getInFlight();

  /** Changes fanned out since the start. */
  long getChanges();

  /** Deliveries that ended well since the start. */
  long getDelivered();

  /** Attempts that failed and are due again, since the start. */
  long getDueAgain();

  /** Deliveries that failed for good since the start. */
  long getFailed();

  /** Outcomes that came too late since the start. */
  long getStaleOutcomes();

  /** Deliveries that wait, on all nodes; -1 while unknown. */
  long getWaiting();

  /** How long the oldest due delivery has been due, in seconds; -1 while unknown. */
  long getOverdueSeconds();
}
