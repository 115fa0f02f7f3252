package io.changepost.persistence.delivery;

import io.changepost.persistence.SqlFile;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Switches webhooks off, on, and for a pause. Thread-safe; every statement commits by itself, so a
 * million waiting deliveries are ended in many small steps. Deleted webhooks are not found.
 */
public final class WebhookStatusStore {

  private static final int CHUNK = 10_000;

  private final JdbcClient jdbc;

  /** A store that writes through {@code dataSource}. */
  public WebhookStatusStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Makes a webhook inactive. Nothing is fanned out to it or sent from then on; what waits is ended
   * by {@link #endWaiting}, which upkeep calls.
   *
   * @param reason a word for people, such as {@code by administrator}
   */
  public StatusChange deactivate(long organizationId, long webhookId, String reason) {
    return changed(
        jdbc.sql(SqlFile.read("inactivity/deactivate-one"))
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .param("reason", reason)
            .update(),
        organizationId,
        webhookId);
  }

  /**
   * Ends what still waits for one inactive webhook from before, as {@code webhook inactive}. Takes
   * as long as a million waiting deliveries take to end, some ten seconds.
   */
  public void endWaitingBefore(long organizationId, long webhookId) {
    if (exists(organizationId, webhookId)) {
      while (endWaitingOf(webhookId) > 0) {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * Makes a webhook active again: first what still waits from before ends ({@link
   * #endWaitingBefore}, which whoever calls this within a transaction calls before it), then it
   * listens, to changes captured from now on, with a clean record.
   */
  public StatusChange activate(long organizationId, long webhookId) {
    if (!exists(organizationId, webhookId)) {
      return StatusChange.NOT_FOUND;
    }
    endWaitingBefore(organizationId, webhookId);
    return changed(
        jdbc.sql(SqlFile.read("inactivity/activate"))
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .query(Long.class)
            .list()
            .size(),
        organizationId,
        webhookId);
  }

  /** Holds all sending of a webhook; changes go on being fanned out to it, and wait. */
  public StatusChange pause(long organizationId, long webhookId) {
    return setPaused(organizationId, webhookId, true);
  }

  /** Ends a pause: what waits is due. */
  public StatusChange resume(long organizationId, long webhookId) {
    return setPaused(organizationId, webhookId, false);
  }

  /**
   * Ends what waits for inactive webhooks, as failed with {@code webhook inactive}, and removes
   * what waits for deleted ones; leaves alone what is being attempted right now. To be called until
   * it gives 0.
   *
   * @param limit deliveries at most
   * @return how many there were
   */
  public int endWaiting(int limit) {
    return jdbc.sql(SqlFile.read("inactivity/end-waiting"))
        .param("limit", limit)
        .query(Integer.class)
        .single();
  }

  private int endWaitingOf(long webhookId) {
    return jdbc.sql(SqlFile.read("inactivity/end-waiting-of"))
        .param("webhookId", webhookId)
        .param("limit", CHUNK)
        .query(Integer.class)
        .single();
  }

  private StatusChange setPaused(long organizationId, long webhookId, boolean paused) {
    return changed(
        jdbc.sql(
                """
                update changepost.webhook
                set paused = :paused, updated_at = clock_timestamp()
                where id = :webhookId and organization_id = :organizationId
                  and deleted_at is null and paused <> :paused
                """)
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .param("paused", paused)
            .update(),
        organizationId,
        webhookId);
  }

  private StatusChange changed(int rows, long organizationId, long webhookId) {
    if (rows > 0) {
      return StatusChange.CHANGED;
    }
    return exists(organizationId, webhookId) ? StatusChange.UNCHANGED : StatusChange.NOT_FOUND;
  }

  private boolean exists(long organizationId, long webhookId) {
    return jdbc.sql(
                """
            select count(*) from changepost.webhook
            where id = :webhookId and organization_id = :organizationId and deleted_at is null
            """)
            .param("organizationId", organizationId)
            .param("webhookId", webhookId)
            .query(Integer.class)
            .single()
        > 0;
  }
}
