package io.changepost.persistence.explain;

import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import io.changepost.persistence.webhook.Subscription;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What given subscriptions would have sent. Thread-safe; one statement, reads only. */
public final class PreviewStore {

  /** How many changes of one kind. */
  public record Count(String object, String action, int changes) {}

  /**
   * The counts of a span of time, one for each object and action asked for, zeros too.
   *
   * @param since 24 hours ago, or later where more was captured than is looked at
   */
  public record Preview(Instant since, Instant until, List<Count> counts) {}

  /** Read in well under a second; on a busier platform the span is shorter and said so. */
  private static final int MOST_CHANGES = 200_000;

  private static final String PREVIEW = SqlFile.read("explain/preview");

  private record Row(Count count, Instant since, Instant until) {}

  private final JdbcClient jdbc;
  private final int contactsLimit;

  /**
   * Counts in that database.
   *
   * @param contactsLimit starred relations of an organization that count, as at fan-out
   */
  public PreviewStore(Database database, int contactsLimit) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.contactsLimit = contactsLimit;
  }

  /** The counts for these subscriptions, of which there is at least one. */
  public Preview preview(long organizationId, List<Subscription> subscriptions) {
    List<String[]> pairs =
        subscriptions.stream()
            .flatMap(
                one ->
                    one.actions().stream()
                        .map(action -> new String[] {one.object().word(), action.word()}))
            .toList();
    List<Row> rows =
        jdbc.sql(PREVIEW)
            .param("organizationId", organizationId)
            .param("contactsLimit", contactsLimit)
            .param("objects", pairs.stream().map(pair -> pair[0]).toArray(String[]::new))
            .param("actions", pairs.stream().map(pair -> pair[1]).toArray(String[]::new))
            .param("most", MOST_CHANGES)
            .query(
                (row, n) ->
                    new Row(
                        new Count(
                            row.getString("object"),
                            row.getString("action"),
                            row.getInt("changes")),
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        row.getObject("until", OffsetDateTime.class).toInstant()))
            .list();
    Row first = rows.get(0);
    return new Preview(first.since(), first.until(), rows.stream().map(Row::count).toList());
  }
}
