package io.changepost.api;

import io.changepost.persistence.delivery.DeliveryRow;
import io.changepost.persistence.explain.Facts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a change was or was not sent to a webhook. Pure.
 *
 * @param sent an attempt was made, or the outcome is known to be good
 * @param reason one word of those in openapi.yaml
 * @param explanation one or two sentences for a person
 * @param tellsOfChange the change concerns the organization, so what it was about may be told
 */
record Verdict(boolean sent, String reason, String explanation, boolean tellsOfChange) {

  /** The verdict; empty where there is no such change for this caller. */
  static Optional<Verdict> of(long changeId, Facts facts, Caller caller) {
    Facts.Change change = facts.change();
    if (change == null) {
      return pastRetention(changeId, facts.firstKept());
    }
    if (change.owner() != null && !change.owner().equals(caller.organization())) {
      return Optional.empty();
    }
    Facts.Sending sending = facts.sending();
    if (sending != null) {
      return Optional.of(sent(sending));
    }
    return Optional.of(notSent(change, facts));
  }

  private static Optional<Verdict> pastRetention(long changeId, @Nullable Long firstKept) {
    return firstKept != null && changeId < firstKept
        ? Optional.of(
            new Verdict(
                false,
                "past-retention",
                "The change is older than what is kept (changepost.retention), or never was.",
                false))
        : Optional.empty();
  }

  private static Verdict sent(Facts.Sending sending) {
    DeliveryRow delivery = sending.delivery();
    boolean tried = sending.lastNumber() != null;
    String last = tried ? " The last answer was: " + answer(sending) + "." : "";
    return switch (delivery.state()) {
      case DELIVERED ->
          new Verdict(
              true,
              "delivered",
              "The endpoint took it at attempt "
                  + sending.lastNumber()
                  + " of round "
                  + delivery.round()
                  + ".",
              true);
      case PENDING ->
          new Verdict(
              tried,
              "pending",
              (tried
                      ? "Attempt " + sending.lastNumber() + " failed; the next is due at "
                      : "It waits; the first attempt of this round is due at ")
                  + Json.time(delivery.nextAttemptAt())
                  + "."
                  + last,
              true);
      case FAILED ->
          new Verdict(
              tried,
              "failed",
              "It failed (" + delivery.reason() + "); it can be resent or replayed." + last,
              true);
    };
  }

  private static String answer(Facts.Sending sending) {
    return sending.lastError() != null ? sending.lastError() : "status " + sending.lastStatus();
  }

  private static Verdict notSent(Facts.Change change, Facts facts) {
    Facts.Hook hook = facts.hook();
    Facts.Contact contact = facts.contact();
    String kind = change.object() + " " + change.action();
    boolean concerned = change.owner() != null || contact.related();
    if (change.inOutbox()) {
      return not("not-fanned-out", "It was captured and is about to be fanned out.", concerned);
    }
    if (!hook.subscribed()) {
      return not("not-subscribed", "The webhook is not subscribed to " + kind + ".", concerned);
    }
    if (!contact.starred()) {
      return not(
          "no-starred-relation",
          "There is no relation with a green, gold or black star with the company it is about, as"
              + " things stand now.",
          concerned);
    }
    if (contact.beyondLimit()) {
      return not(
          "beyond-contact-limit",
          "The organization has more contacts than the limit, and this one was starred after those"
              + " that count.",
          concerned);
    }
    if (hook.beforeCreation()) {
      return not(
          "before-webhook",
          "It was captured before the webhook was created; a replay of what was missed sends it.",
          concerned);
    }
    if (hook.wasInactive() || hook.beforeActivation()) {
      String why = hook.inactiveReason() == null ? "" : " (" + hook.inactiveReason() + ")";
      return not(
          "inactive",
          "The webhook was inactive at that time" + why + "; a replay of what was missed sends it.",
          concerned);
    }
    return not(
        "changed-since",
        "It matches as things stand now, but did not when it was fanned out: the subscriptions or"
            + " the relation were changed since. A replay of what was missed sends it.",
        concerned);
  }

  private static Verdict not(String reason, String explanation, boolean concerned) {
    return new Verdict(false, reason, explanation, concerned);
  }
}
