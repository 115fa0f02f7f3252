package io.changepost.app.server;

import io.changepost.domain.DurationText;
import io.changepost.persistence.Database;
import io.changepost.persistence.access.Acting;
import io.changepost.persistence.delivery.DeliveryPause;
import io.changepost.persistence.delivery.ReplayResult;
import io.changepost.persistence.delivery.ReplayStore;
import io.changepost.persistence.delivery.StatusChange;
import io.changepost.persistence.delivery.WebhookFigures;
import io.changepost.persistence.delivery.WebhookFiguresReader;
import io.changepost.persistence.delivery.WebhookStatusStore;
import io.changepost.persistence.delivery.Which;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What an operator may do through JMX: the same as through the API, in any organization. Refusals
 * are {@link IllegalArgumentException}s with words for people.
 */
final class OperatorActions {

  private static final String ACTOR = "operator";
  private static final String BY_OPERATOR = "by operator";
  private static final int MOST_ENDED_HERE = 5_000;

  private final Acting acting;
  private final WebhookFiguresReader figures;
  private final WebhookStatusStore status;
  private final ReplayStore replays;
  private final DeliveryPause pause;
  private final Runnable wakeSender;

  OperatorActions(Database database, int contactsLimit, Runnable wakeSender) {
    this.acting = new Acting(database);
    this.figures = new WebhookFiguresReader(database.apiPool());
    this.status = new WebhookStatusStore(database.apiPool());
    this.replays = new ReplayStore(database.apiPool(), contactsLimit);
    this.pause = new DeliveryPause(database.apiPool());
    this.wakeSender = wakeSender;
  }

  void pause() {
    pause.pause();
  }

  void resume() {
    pause.resume();
    wakeSender.run();
  }

  WebhookFigures webhook(long id) {
    return figures.read(id).orElseThrow(() -> none(id));
  }

  boolean activate(long id) {
    long organization = organization(id);
    status.endWaitingBefore(organization, id);
    return changed(id, () -> status.activate(organization, id));
  }

  boolean deactivate(long id) {
    boolean changed = changed(id, () -> status.deactivate(organization(id), id, BY_OPERATOR));
    if (changed) {
      // So that it can be seen at once; upkeep ends what is more than that.
      status.endWaiting(MOST_ENDED_HERE);
    }
    return changed;
  }

  boolean pauseWebhook(long id) {
    return changed(id, () -> status.pause(organization(id), id));
  }

  boolean resumeWebhook(long id) {
    boolean changed = changed(id, () -> status.resume(organization(id), id));
    wakeSender.run();
    return changed;
  }

  int replay(long id, String since, String which) {
    Which wanted =
        Which.of(which)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "which is one of "
                            + Arrays.stream(Which.values())
                                .map(Which::word)
                                .collect(Collectors.joining(", "))));
    ReplayResult result = replays.replay(organization(id), id, instant(since), null, wanted);
    if (result instanceof ReplayResult.Replayed replayed) {
      wakeSender.run();
      return replayed.messages();
    }
    if (result instanceof ReplayResult.WebhookInactive) {
      throw new IllegalArgumentException("webhook " + id + " is inactive; activate it first");
    }
    throw none(id);
  }

  private static Instant instant(String since) {
    try {
      return Instant.parse(since.strip());
    } catch (DateTimeParseException notATime) {
      try {
        return Clock.systemUTC().instant().minus(DurationText.parse(since));
      } catch (IllegalArgumentException neither) {
        throw new IllegalArgumentException(
            "since is a time such as 2026-11-23T08:00:00Z, or how long ago, such as 3h");
      }
    }
  }

  private long organization(long id) {
    return webhook(id).organizationId();
  }

  /** Done in the operator's name, as the audit log shows it. */
  private boolean changed(long id, Supplier<StatusChange> work) {
    StatusChange change = acting.as(ACTOR, work);
    if (change == StatusChange.NOT_FOUND) {
      throw none(id);
    }
    return change == StatusChange.CHANGED;
  }

  private static IllegalArgumentException none(long id) {
    return new IllegalArgumentException("there is no webhook " + id);
  }
}
