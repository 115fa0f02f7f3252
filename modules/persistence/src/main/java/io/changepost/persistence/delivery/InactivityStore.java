package io.changepost.persistence.delivery;

import io.changepost.domain.DurationText;
import io.changepost.persistence.SqlFile;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Switches off webhooks whose endpoints take nothing. Thread-safe; needs no transaction. Several
 * nodes may ask at once: each webhook is switched off, and told of, once.
 */
public final class InactivityStore {

  private final JdbcClient jdbc;

  /** A store that writes through {@code dataSource}, the sender's pool. */
  public InactivityStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /**
   * One look at all active webhooks, in one statement, by the database's clock. A webhook goes when
   * its first failed attempt since the last success, creation or activation is {@code rule.after()}
   * old and the latest is less than 24 hours old: so one failure and then silence switches nobody
   * off, nor does an outage of our own. A success that is recorded first wins. Where too many would
   * go at once none goes.
   */
  public InactivityRun deactivate(InactivityRule rule) {
    List<InactivityRun.Deactivated> deactivated = new ArrayList<>();
    int[] heldBack = new int[1];
    jdbc.sql(SqlFile.read("inactivity/deactivate"))
        .param("afterSeconds", rule.after().toMillis() / 1000.0)
        .param("quietToo", rule.quietWebhooks() == InactivityRule.QuietWebhooks.DEACTIVATE)
        .param("reason", "no successful delivery for " + DurationText.format(rule.after()))
        .param("alarmShare", rule.alarmShare())
        .param("alarmCount", rule.alarmCount())
        .query(
            row -> {
              if (row.getInt("held_back") > 0) {
                heldBack[0] = row.getInt("held_back");
              } else {
                deactivated.add(
                    new InactivityRun.Deactivated(
                        row.getLong("webhook_id"), row.getLong("organization_id")));
              }
            });
    return new InactivityRun(List.copyOf(deactivated), heldBack[0]);
  }

  /**
   * The webhooks that only fail for half, or nine tenths, of {@code rule.after()} and were not
   * warned of yet for this series of failures: each stage is returned once, whichever node asks.
   */
  public List<InactivityWarning> warn(InactivityRule rule) {
    return jdbc.sql(SqlFile.read("inactivity/warn"))
        .param("afterSeconds", rule.after().toMillis() / 1000.0)
        .query(
            (row, number) ->
                new InactivityWarning(
                    row.getLong("webhook_id"),
                    row.getLong("organization_id"),
                    row.getInt("percent"),
                    row.getTimestamp("failing_since").toInstant(),
                    row.getTimestamp("inactive_at").toInstant()))
        .list();
  }
}
