package io.changepost.app.server;

import java.util.Map;

/** {@code changepost:type=Sender}: what this node does and what an operator may do, for JMX. */
@Described("What this node sends, what waits in the database of all nodes, and what you may do.")
public interface SenderMXBean {

  // Of this node, since it started.

  @Described("Attempts under way in this node")
  int getInFlight();

  @Described("Changes fanned out by this node since it started")
  long getChanges();

  @Described("Deliveries made of those changes")
  long getDeliveriesMade();

  @Described("Attempts of this node that delivered, since it started")
  long getDelivered();

  @Described("Attempts of this node that failed and are due again, since it started")
  long getDueAgain();

  @Described("Attempts that this node could not begin, for want of files or names; not used up")
  long getNotBegun();

  @Described("Deliveries that failed for good after an attempt of this node, since it started")
  long getFailed();

  @Described("Outcomes of this node that came when the lease was somebody else's already")
  long getStaleOutcomes();

  @Described("Leases that ran out, mostly because a node died, and were found by this node")
  long getLostLeases();

  @Described("Deliveries given up by this node because three leases ran out; normally 0")
  long getWorkerLost();

  @Described(
      "Claims handed back unstarted: the endpoint stopped answering, they waited, the lease was short, or the node ended")
  long getHandedBack();

  @Described("Delivered by this node per second, over the last minute")
  double getDeliveredPerSecond();

  @Described("Attempts of this node per second that failed and are due again, over the last minute")
  double getDueAgainPerSecond();

  @Described("Failed for good in this node per second, over the last minute")
  double getFailedPerSecond();

  // Of the database, so the same on every node; read at most every 5 seconds, -1 while unknown.

  @Described("Changes of all nodes that are not fanned out; exact to 10,000, else estimated")
  long getOutboxWaiting();

  @Described("Age in seconds of the oldest change that is not fanned out")
  long getOutboxAgeSeconds();

  @Described("Deliveries of all nodes not at their end; exact to 10,000, else estimated")
  long getWaiting();

  @Described("For how many seconds the oldest due delivery has been due")
  long getOverdueSeconds();

  @Described("Active webhooks")
  int getActiveWebhooks();

  @Described("Inactive webhooks")
  int getInactiveWebhooks();

  @Described("Active webhooks whose last attempt failed")
  int getFailingWebhooks();

  @Described("Whether all delivery is paused, on all nodes")
  boolean isPaused();

  // What an operator may do, in any organization.

  @Described("Holds all delivery on all nodes, also over a restart; what is in flight ends")
  void pause();

  @Described("Lets all delivery go on")
  void resume();

  @Described("Tells all about one webhook: its state, health and what waits")
  Map<String, String> describeWebhook(@Described(name = "webhookId", value = "Its id") long id);

  @Described("Makes a webhook active, with a clean record; says whether it was not")
  boolean activate(@Described(name = "webhookId", value = "Its id") long id);

  @Described("Makes a webhook inactive, and what waits for it failed; says whether it was active")
  boolean deactivate(@Described(name = "webhookId", value = "Its id") long id);

  @Described("Holds the messages of one webhook back; says whether they were not")
  boolean pauseWebhook(@Described(name = "webhookId", value = "Its id") long id);

  @Described("Lets the messages of one webhook go; says whether they were held")
  boolean resumeWebhook(@Described(name = "webhookId", value = "Its id") long id);

  @Described("Sends messages of one webhook again, or those that it missed; gives how many")
  int replay(
      @Described(name = "webhookId", value = "Its id") long id,
      @Described(
              name = "since",
              value = "Changes from then on: 2026-11-23T08:00:00Z, or how long ago: 3h")
          String since,
      @Described(name = "which", value = "failed, missed or all") String which);
}
