package io.changepost.bench;

import java.util.Locale;

/** The statements that run all the time, each with what to look at in its plan. */
enum ExplainedStatement {
  CAPTURE(
      "",
      "An insert of the host with its capture; what that adds is the line of the trigger"
          + " `00_changepost`, which reads no table at all."),
  FAN_OUT(
      "fan-out/filter-by-subscriptions",
      "The outbox is read by its key up to the limit, relations and webhooks by index for each"
          + " change of the batch; nothing follows how many wait, and `slots` probes `delivery_due`"
          + " once for each webhook of the batch."),
  FAN_OUT_LEASE_ALL(
      "fan-out/filter-by-subscriptions-and-lease-all",
      "What most changes need: the same reading by index, once for each change and once for each webhook, and no windows and"
          + " sorts, because nothing is left to decide. Here of webhooks for which nothing waits; at the second time it waits for"
          + " some, so all it does is look."),
  CLAIM(
      "claim/claim-due",
      "`waiting` jumps through `delivery_due`, one probe for each webhook that has deliveries, of a thousand at most, and"
          + " `locked` reads of each only what it may start; the million of one webhook add nothing."),
  OUTCOME(
      "outcome/record",
      "Each outcome finds its delivery by the primary key, once, and goes on by `ctid`; the rest is"
          + " writing."),
  OUTCOME_DELIVERED(
      "outcome/record-delivered",
      "All of a batch was delivered at once, and some of it had waited: a lease is found by its key, what"
          + " waited is found by the primary key, and the log and the health of some webhooks are written."),
  OUTCOME_CLAIMED(
      "outcome/record-claimed",
      "All of a batch was claimed: what waited is found by the primary key, and the log and the health of some"
          + " webhooks are written."),
  OUTCOME_LEASED(
      "outcome/record-leased",
      "What most batches need: a lease is found by its key, and the log and the"
          + " health of some webhooks are written."),
  RELEASE("outcome/release", "The same way to the rows as an outcome, and one update."),
  PROMOTE_NEXT(
      "outcome/promote-next",
      "One probe of `delivery_order` for each ended queue, only of ordered webhooks."),
  LIST_DELIVERIES(
      "deliveries/list",
      "Each branch stops at the page's size by its index; of those over the log one runs, the others"
          + " say `never executed`."),
  ACTIVITY(
      "deliveries/activity",
      "One webhook's part of the history by its index, the newest 100,000 attempts at most."),
  QUEUE_STATS(
      "deliveries/queue",
      "Counting stops at 10,000 rows, so its sequential scans end there, and the oldest are found by"
          + " one probe for each webhook.");

  private final String file;
  private final String lookAt;

  ExplainedStatement(String file, String lookAt) {
    this.file = file;
    this.lookAt = lookAt;
  }

  /** The server's file of it; empty for the host's statement. */
  String file() {
    return file;
  }

  /** The name of the page about it. */
  String page() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".md";
  }

  String heading() {
    String title =
        name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT).replace('_', ' ');
    return "# "
        + title
        + "\n\n"
        + (file.isEmpty()
            ? ""
            : "Statement: [`"
                + file
                + ".sql`](../../modules/persistence/src/main/resources/sql/"
                + file
                + ".sql). ")
        + lookAt
        + "\n\nMade by `./changepost bench --explain docs/explain`, with the statement executed.";
  }
}
