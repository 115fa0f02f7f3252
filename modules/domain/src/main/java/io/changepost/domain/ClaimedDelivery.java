package io.changepost.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery leased to this node, with all that one attempt needs.
 *
 * @param id the message's id
 * @param organizationId whose webhook it is
 * @param round 1 for the first, one more with each resend or replay
 * @param number of the attempt within the round, 1 to 4
 * @param token what an outcome must name to be accepted
 * @param claimedAt the database's clock at the claim
 * @param leaseMillis how long the lease runs from then
 * @param changeAt when the change was captured; finds its day's partition
 * @param url where to post, as it stands now
 * @param headers the customer's own headers, sealed, base64; null where there are none
 * @param secrets sealed signing secrets, newest first, each {@code kind:base64}
 * @param change what is told
 * @param judged what fan-out judged by, where it leased this with others and there is no row of it
 *     alone yet; null where there is one
 * @param length of the JSON that was claimed; what a route makes of the change does not alter it,
 *     so that what is taken and given back of a budget is the same
 */
public record ClaimedDelivery(
    MessageId id,
    long organizationId,
    int round,
    int number,
    long token,
    Instant claimedAt,
    long leaseMillis,
    Instant changeAt,
    String url,
    @Nullable String headers,
    List<String> secrets,
    Change change,
    @Nullable Judged judged,
    int length) {

  /** As it was claimed. */
  public ClaimedDelivery(
      MessageId id,
      long organizationId,
      int round,
      int number,
      long token,
      Instant claimedAt,
      long leaseMillis,
      Instant changeAt,
      String url,
      @Nullable String headers,
      List<String> secrets,
      Change change,
      @Nullable Judged judged) {
    this(
        id,
        organizationId,
        round,
        number,
        token,
        claimedAt,
        leaseMillis,
        changeAt,
        url,
        headers,
        secrets,
        change,
        judged,
        change.length());
  }

  /** True where fan-out leased it together with others: it has no row of its own yet. */
  public boolean isLeasedAtOnce() {
    return judged != null;
  }

  /** The same delivery, telling something else. */
  public ClaimedDelivery with(Change changed) {
    return new ClaimedDelivery(
        id,
        organizationId,
        round,
        number,
        token,
        claimedAt,
        leaseMillis,
        changeAt,
        url,
        headers,
        secrets,
        changed,
        judged,
        length);
  }

  /**
   * What fan-out judged by, kept with the outcome.
   *
   * @param star the star on the company; null where none was needed
   * @param contactRank the company's place among the contacts; null where all of them count, or
   *     were taken to
   * @param leased how many it leased together, this one too
   */
  public record Judged(@Nullable String star, @Nullable Integer contactRank, int leased) {}
}
