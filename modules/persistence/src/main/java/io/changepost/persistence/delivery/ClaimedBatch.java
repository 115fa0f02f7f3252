package io.changepost.persistence.delivery;

import io.changepost.domain.ClaimedDelivery;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one run of fan-out or of the claim did.
 *
 * @param taken outbox rows taken; 0 for a claim, and where the short form of fan-out left what it
 *     saw to the other
 * @param delivered deliveries made of them; 0 for a claim
 * @param leased deliveries leased to this node, as many as are in the list
 * @param workerLost deliveries that ended because three leases ran out; only a claim finds these
 * @param lostLeases leases that ran out with their outcome unknown, those of {@code workerLost} too
 * @param deliveries what this node has to attempt
 * @param after of a claim, the webhook after which the next one goes on, 0 where this one came to
 *     the end; of fan-out, the greatest change that it took, 0 where it took none
 * @param contacts of fan-out, whose contacts it counted and whose relations changed
 */
public record ClaimedBatch(
    int taken,
    int delivered,
    int leased,
    int workerLost,
    int lostLeases,
    List<ClaimedDelivery> deliveries,
    long after,
    Contacts contacts) {

  /**
   * Organizations by id.
   *
   * @param within whose contacts were counted and are no more than the limit
   * @param moved whose relations are among the changes looked at, also those left for the next time
   */
  public record Contacts(List<Long> within, List<Long> moved) {

    /** Nothing was counted, and nothing is among the changes. */
    public static final Contacts NONE = new Contacts(List.of(), List.of());

    /** Copies what it is given. */
    public Contacts {
      within = List.copyOf(within);
      moved = List.copyOf(moved);
    }

    private static Contacts read(Map<String, ? extends @Nullable Object> row) {
      return new Contacts(ids(row.get("within")), ids(row.get("moved")));
    }

    private static List<Long> ids(@Nullable Object text) {
      return text == null
          ? List.of()
          : Arrays.stream(text.toString().split(" ")).map(Long::valueOf).toList();
    }
  }

  /** Reads the rows of either statement; an empty list gives an empty batch. Pure. */
  public static ClaimedBatch read(List<? extends Map<String, ? extends @Nullable Object>> rows) {
    ClaimedDeliveries parts = new ClaimedDeliveries();
    Map<String, ? extends @Nullable Object> batch = Map.of();
    for (Map<String, ? extends @Nullable Object> row : rows) {
      switch (String.valueOf(row.get("kind"))) {
        case "batch" -> batch = row;
        case "change" -> parts.change(row);
        case "webhook" -> parts.webhook(row);
        default -> throw new IllegalStateException("a row of unknown kind: " + row.get("kind"));
      }
    }
    if (batch.isEmpty()) {
      return new ClaimedBatch(0, 0, 0, 0, 0, List.of(), 0, Contacts.NONE);
    }
    List<ClaimedDelivery> deliveries = parts.leased(batch);
    return new ClaimedBatch(
        (int) ClaimedRow.number(batch, "taken"),
        (int) ClaimedRow.number(batch, "delivered"),
        deliveries.size(),
        (int) ClaimedRow.number(batch, "worker_lost"),
        (int) ClaimedRow.number(batch, "lost_leases"),
        deliveries,
        ClaimedRow.numberOr0(batch, "after"),
        Contacts.read(batch));
  }
}
