package io.changepost.persistence.delivery;

import io.changepost.domain.MessageId;
import io.changepost.persistence.SqlFile;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes messages due again, or for the first time where they were missed. Message id and body stay;
 * a message that had a delivery starts a new round. Thread-safe; opens its own transactions, one
 * for every few thousand messages, each of which first locks the webhook: so two replays of one
 * webhook never make the same message due twice, and a replay that breaks off has done a part that
 * another call does not repeat (but for {@link Which#ALL}).
 */
public final class ReplayStore {

  private static final int CHUNK = 5_000;
  private static final Duration FAN_OUT_WAIT = Duration.ofSeconds(5);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final int contactsLimit;

  /**
   * A store that writes through {@code dataSource}.
   *
   * @param contactsLimit starred relations of an organization that count, as at fan-out
   */
  public ReplayStore(DataSource dataSource, int contactsLimit) {
    this.jdbc = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    this.contactsLimit = contactsLimit;
  }

  /**
   * Makes messages of one webhook due. What is already waiting stays as it is. Relations and
   * subscriptions are judged as they are now. What was captured before the end of the range and is
   * still on its way to fan-out is waited for, five seconds at most: else a change made just before
   * a webhook was activated would be told neither by fan-out nor here.
   *
   * @param since changes captured then or later
   * @param until changes captured before; null for now, as is a time that has not come yet, since
   *     under load what has to be waited for would never end
   */
  public ReplayResult replay(
      long organizationId, long webhookId, Instant since, @Nullable Instant until, Which which) {
    OffsetDateTime end =
        jdbc.sql("select least(clock_timestamp(), :until::timestamptz)")
            .param("until", until == null ? null : until.atOffset(ZoneOffset.UTC))
            .query(OffsetDateTime.class)
            .single();
    Range range = new Range(organizationId, webhookId, since.atOffset(ZoneOffset.UTC), end, which);
    if (which != Which.FAILED) {
      awaitFanOut(end);
    }
    int messages = 0;
    for (String statement : statements(which)) {
      long cursor = Long.MIN_VALUE;
      while (true) {
        long from = cursor;
        Step step = transaction.execute(status -> step(range, statement, from));
        if (step == null || step.refused != null) {
          return step != null && step.refused == ResendResult.WEBHOOK_INACTIVE
              ? new ReplayResult.WebhookInactive(messages)
              : new ReplayResult.NotFound();
        }
        messages += step.messages;
        if (step.last == null) {
          break;
        }
        cursor = step.last;
      }
    }
    return new ReplayResult.Replayed(messages);
  }

  /** Makes one message due now, in a new round; one that waits becomes due now in its round. */
  public ResendResult resend(long organizationId, MessageId id) {
    ResendResult result =
        transaction.execute(
            status -> {
              ResendResult refused = lock(organizationId, id.webhookId());
              if (refused != null) {
                return refused;
              }
              return again("replay/hasten", id) || again("replay/resend", id)
                  ? ResendResult.ACCEPTED
                  : ResendResult.NOT_FOUND;
            });
    return result == null ? ResendResult.NOT_FOUND : result;
  }

  private boolean again(String statement, MessageId id) {
    return jdbc.sql(SqlFile.read(statement))
            .param("changeId", id.changeId())
            .param("webhookId", id.webhookId())
            .param("salt", id.salt())
            .query(Integer.class)
            .single()
        > 0;
  }

  private void awaitFanOut(OffsetDateTime end) {
    long deadline = System.nanoTime() + FAN_OUT_WAIT.toNanos();
    while (System.nanoTime() < deadline
        && jdbc.sql("select captured_at < :end from changepost.outbox order by id limit 1")
            .param("end", end)
            .query(Boolean.class)
            .optional()
            .orElse(false)) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static List<String> statements(Which which) {
    return switch (which) {
      case FAILED -> List.of("replay/again");
      case MISSED -> List.of("replay/missed");
      case ALL -> List.of("replay/again", "replay/missed");
    };
  }

  private Step step(Range range, String statement, long after) {
    ResendResult refused = lock(range.organizationId, range.webhookId);
    if (refused != null) {
      return new Step(0, null, refused);
    }
    return jdbc.sql(SqlFile.read(statement))
        .param("webhookId", range.webhookId)
        .param("organizationId", range.organizationId)
        .param("since", range.since)
        .param("until", range.until)
        .param("deliveredToo", range.which == Which.ALL)
        .param("contactsLimit", contactsLimit)
        .param("after", after)
        .param("limit", CHUNK)
        .query(
            (row, number) ->
                new Step(row.getInt("messages"), row.getObject("last", Long.class), null))
        .single();
  }

  /** Null where the webhook is there and active, locked until the transaction ends. */
  private @Nullable ResendResult lock(long organizationId, long webhookId) {
    Optional<String> status =
        jdbc.sql(
                """
                select status from changepost.webhook
                where id = :webhookId and organization_id = :organizationId and deleted_at is null
                for no key update
                """)
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .query(String.class)
            .optional();
    if (status.isEmpty()) {
      return ResendResult.NOT_FOUND;
    }
    return status.get().equals("active") ? null : ResendResult.WEBHOOK_INACTIVE;
  }

  private record Range(
      long organizationId,
      long webhookId,
      OffsetDateTime since,
      OffsetDateTime until,
      Which which) {}

  private record Step(int messages, @Nullable Long last, @Nullable ResendResult refused) {}
}
