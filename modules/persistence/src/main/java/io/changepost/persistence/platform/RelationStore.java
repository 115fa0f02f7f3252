package io.changepost.persistence.platform;

import io.changepost.domain.Star;
import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Relations of organizations with companies. Thread-safe; each call is one transaction. A contact
 * is a relation with a star.
 */
public final class RelationStore {

  /** What marking a relation came to. */
  public sealed interface Marking {

    /** It is marked so now; {@code created} where there was no relation before. */
    record Marked(Relation relation, boolean created) implements Marking {}

    /** There is no such company. */
    record NoCompany() implements Marking {}

    /** It would be one contact too many; there are {@code count}. */
    record TooManyContacts(long count) implements Marking {}
  }

  /**
   * A page of them.
   *
   * @param more others come after
   */
  public record Found(List<Relation> items, boolean more) {

    /** Keeps its own copy. */
    public Found {
      items = List.copyOf(items);
    }
  }

  private record Existing(long id, Star star) {}

  /** What is kept on the relations of one page; the first of them comes whatever is kept on it. */
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final String PAGE = SqlFile.read("platform/page-relations");

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;

  /** Relations in that database. */
  public RelationStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.apiPool()));
  }

  /**
   * Relations with ids after {@code after}, oldest first: at most {@code limit}, fewer where much
   * is kept on them.
   *
   * @param star only those with it, null for all
   * @param companyId only the one with it, null for all
   */
  public Found page(
      long organizationId, @Nullable Star star, @Nullable Long companyId, long after, int limit) {
    List<Long> found = new ArrayList<>();
    List<Relation> items =
        jdbc.sql(PAGE)
            .param("organization", organizationId)
            .param("after", after)
            .param("star", star == null ? null : star.word())
            .param("company", companyId)
            .param("limit", limit)
            .param("mostBytes", MOST_BYTES)
            .query(
                (row, n) -> {
                  found.add(row.getLong("found"));
                  return relation(row);
                })
            .list();
    return new Found(items, !found.isEmpty() && found.get(0) > items.size());
  }

  /**
   * Marks a relation, making it where there is none. While the organization has a webhook, one
   * contact over {@code contactsLimit} is refused; calls for one organization wait for each other,
   * so the count is exact.
   */
  public Marking mark(long organizationId, long companyId, Star star, int contactsLimit) {
    return Objects.requireNonNull(
        transaction.execute(status -> markLocked(organizationId, companyId, star, contactsLimit)));
  }

  private Marking markLocked(long organizationId, long companyId, Star star, int contactsLimit) {
    lockOrganization(jdbc, organizationId);
    if (jdbc.sql("select 1 from changepost.company where id = :id for key share")
        .param("id", companyId)
        .query(Integer.class)
        .optional()
        .isEmpty()) {
      return new Marking.NoCompany();
    }
    Optional<Existing> existing = existing(organizationId, companyId);
    boolean newContact =
        star.isContact() && !existing.map(Existing::star).orElse(Star.NONE).isContact();
    if (newContact && hasWebhook(organizationId)) {
      long count = countContacts(jdbc, organizationId);
      if (count >= contactsLimit) {
        return new Marking.TooManyContacts(count);
      }
    }
    boolean created = false;
    // Where the host makes the same relation in SQL at that moment, theirs is there first.
    while (existing.isEmpty() && !created) {
      created = insert(organizationId, companyId, star);
      if (!created) {
        existing = existing(organizationId, companyId);
      }
    }
    if (existing.isPresent() && existing.get().star() != star) {
      update(existing.get().id(), star);
    }
    Relation relation = page(organizationId, null, companyId, 0, 1).items().get(0);
    return new Marking.Marked(relation, created);
  }

  private Optional<Existing> existing(long organizationId, long companyId) {
    return jdbc.sql(
            """
            select id, star from changepost.company_relation
            where organization_id = :organization and company_id = :company for update
            """)
        .param("organization", organizationId)
        .param("company", companyId)
        .query((row, n) -> new Existing(row.getLong("id"), star(row.getString("star"))))
        .optional();
  }

  /** False where there is one by now; who is about to make it is waited for. */
  private boolean insert(long organizationId, long companyId, Star star) {
    return jdbc.sql(
                """
                insert into changepost.company_relation (organization_id, company_id, star, starred_at)
                values (:organization, :company, :star,
                        case when :star <> 'none' then clock_timestamp() end)
                on conflict (organization_id, company_id) do nothing
                """)
            .param("organization", organizationId)
            .param("company", companyId)
            .param("star", star.word())
            .update()
        > 0;
  }

  private void update(long id, Star star) {
    jdbc.sql(
            """
            update changepost.company_relation
            set star = :star,
                starred_at = case when :star <> 'none'
                                  then coalesce(starred_at, clock_timestamp()) end
            where id = :id
            """)
        .param("id", id)
        .param("star", star.word())
        .update();
  }

  /** Ends a relation and what is kept on it; false where there is none. */
  public boolean remove(long organizationId, long companyId) {
    return jdbc.sql(
                """
                delete from changepost.company_relation
                where organization_id = :organization and company_id = :company
                """)
            .param("organization", organizationId)
            .param("company", companyId)
            .update()
        > 0;
  }

  private boolean hasWebhook(long organizationId) {
    return jdbc.sql(
            """
            select 1 from changepost.webhook
            where organization_id = :organization and deleted_at is null limit 1
            """)
        .param("organization", organizationId)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /**
   * Makes calls that count an organization's things wait for each other, until the caller's
   * transaction ends. Rows that refer to the organization can be written meanwhile.
   */
  public static void lockOrganization(JdbcClient jdbc, long organizationId) {
    jdbc.sql("select 1 from changepost.organization where id = :id for no key update")
        .param("id", organizationId)
        .query(Integer.class)
        .optional();
  }

  /** How many contacts an organization has. */
  public static long countContacts(JdbcClient jdbc, long organizationId) {
    return jdbc.sql(
            """
            select count(*) from changepost.company_relation
            where organization_id = :organization and star <> 'none'
            """)
        .param("organization", organizationId)
        .query(Long.class)
        .single();
  }

  private static Star star(String word) {
    return Star.of(word).orElseThrow(() -> new IllegalStateException("a star " + word));
  }

  private static Relation relation(ResultSet row) throws SQLException {
    OffsetDateTime starredAt = row.getObject("starred_at", OffsetDateTime.class);
    return new Relation(
        row.getLong("id"),
        row.getLong("company_id"),
        row.getString("company_name"),
        star(row.getString("star")),
        starredAt == null ? null : starredAt.toInstant(),
        data(row));
  }

  private static List<Relation.Datum> data(ResultSet row) throws SQLException {
    Array ids = row.getArray("ids");
    if (ids == null) {
      return List.of();
    }
    Long[] id = (Long[]) ids.getArray();
    String[] names = (String[]) row.getArray("names").getArray();
    @Nullable String[] values = (String[]) row.getArray("values").getArray();
    List<Relation.Datum> data = new ArrayList<>(id.length);
    for (int i = 0; i < id.length; i++) {
      data.add(new Relation.Datum(id[i], names[i], values[i]));
    }
    return List.copyOf(data);
  }
}
