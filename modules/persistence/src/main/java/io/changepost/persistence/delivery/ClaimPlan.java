package io.changepost.persistence.delivery;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a node asks of fan-out or of a claim: the one parameter of both statements.
 *
 * @param limit outbox rows to take, or due deliveries to look at
 * @param byteBudget bytes of JSON of what may be leased, a change counted for each of its
 *     deliveries; one always fits
 * @param contactsLimit starred relations of an organization that count
 * @param token random, new for each statement; the fence of every delivery it leases
 * @param leaseMillis how long they are leased
 * @param free deliveries that may be leased
 * @param perWebhook deliveries of one webhook that this node may have leased
 * @param busy deliveries leased by this node, by webhook id; those without any may be left out
 * @param lanes what those that answer and those that do not may have
 * @param within organizations whose contacts need not be counted, because they were within the
 *     limit a moment ago; read by fan-out alone
 * @param after the webhook after which a claim goes on, the change after which fan-out looks; 0
 *     from the first
 */
public record ClaimPlan(
    int limit,
    long byteBudget,
    int contactsLimit,
    long token,
    long leaseMillis,
    int free,
    int perWebhook,
    Map<Long, Integer> busy,
    Lanes lanes,
    List<Long> within,
    long after) {

  /**
   * How webhooks that answer and those that do not share what is free.
   *
   * @param freeForSilent of what is free, what webhooks not in {@code answering} may take together
   * @param freeForFailing of {@code freeForSilent}, what those of them may take together whose last
   *     attempt failed
   * @param answering webhooks that gave this node an answer lately
   * @param perAnswering like {@code perWebhook}, of those in {@code answering}
   */
  public record Lanes(
      int freeForSilent, int freeForFailing, List<Long> answering, int perAnswering) {

    /** Copies what it is given. */
    public Lanes {
      answering = List.copyOf(answering);
    }
  }

  /** Copies what it is given. */
  public ClaimPlan {
    busy = Map.copyOf(busy);
    within = List.copyOf(within);
  }

  /** A plan that treats all webhooks alike. */
  public ClaimPlan(
      int limit,
      long byteBudget,
      int contactsLimit,
      long token,
      long leaseMillis,
      int free,
      int perWebhook,
      Map<Long, Integer> busy) {
    this(
        limit,
        byteBudget,
        contactsLimit,
        token,
        leaseMillis,
        free,
        perWebhook,
        busy,
        new Lanes(free, free, List.of(), perWebhook),
        List.of(),
        0);
  }

  /**
   * The same plan, in which webhooks that did not answer lately share {@code freeForSilent} slots,
   * and the failing ones of them no more than {@code freeForFailing}.
   */
  public ClaimPlan withSilent(int freeForSilent, int freeForFailing, Collection<Long> answering) {
    return with(
        new Lanes(freeForSilent, freeForFailing, List.copyOf(answering), perWebhook),
        within,
        after);
  }

  /** The same plan, in which a webhook that answers may have that many leased. */
  public ClaimPlan withAhead(int perAnswering) {
    return with(
        new Lanes(lanes.freeForSilent, lanes.freeForFailing, lanes.answering, perAnswering),
        within,
        after);
  }

  /** The same plan, which looks at what comes after that webhook, or after that change. */
  public ClaimPlan goingOnAfter(long id) {
    return with(lanes, within, id);
  }

  /** The same plan, which does not count the contacts of these organizations. */
  public ClaimPlan withinLimit(Collection<Long> organizations) {
    return with(lanes, List.copyOf(organizations), after);
  }

  private ClaimPlan with(Lanes others, List<Long> organizations, long id) {
    return new ClaimPlan(
        limit,
        byteBudget,
        contactsLimit,
        token,
        leaseMillis,
        free,
        perWebhook,
        busy,
        others,
        organizations,
        id);
  }

  /** The text that the statements read. Lists in it are sorted, so that they can be searched. */
  public String json() {
    StringBuilder text =
        new StringBuilder(200 + 12 * busy.size() + 8 * (lanes.answering.size() + within.size()));
    text.append("{\"limit\":").append(limit);
    text.append(",\"byteBudget\":").append(byteBudget);
    text.append(",\"contactsLimit\":").append(contactsLimit);
    text.append(",\"token\":").append(token);
    text.append(",\"leaseMillis\":").append(leaseMillis);
    text.append(",\"free\":").append(free);
    text.append(",\"perWebhook\":").append(perWebhook);
    text.append(",\"perAnswering\":").append(lanes.perAnswering);
    text.append(",\"after\":").append(after);
    text.append(",\"freeForSilent\":").append(lanes.freeForSilent);
    text.append(",\"freeForFailing\":").append(lanes.freeForFailing);
    long[] busyIds = sorted(busy.keySet());
    append(text, "busyIds", busyIds);
    append(
        text,
        "busyLeased",
        Arrays.stream(busyIds).map(id -> busy.getOrDefault(id, 0).longValue()).toArray());
    append(text, "answering", sorted(lanes.answering));
    append(text, "within", sorted(within));
    return text.append('}').toString();
  }

  private static long[] sorted(Collection<Long> ids) {
    return ids.stream().mapToLong(Long::longValue).distinct().sorted().toArray();
  }

  private static void append(StringBuilder text, String name, long[] numbers) {
    text.append(",\"").append(name).append("\":[");
    String comma = "";
    for (long number : numbers) {
      text.append(comma).append(number);
      comma = ",";
    }
    text.append(']');
  }
}
