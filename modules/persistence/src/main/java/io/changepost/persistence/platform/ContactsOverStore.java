package io.changepost.persistence.platform;

import io.changepost.persistence.SqlFile;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Organizations that have a webhook and more contacts than they may, as an import in SQL can bring
 * about: the contacts starred first go on counting, the others are not notified. Thread-safe;
 * repeatable on every node.
 */
public final class ContactsOverStore {

  /** An organization and how many contacts it has. */
  public record Over(long organizationId, int contacts) {}

  private static final String CONTACTS_OVER = SqlFile.read("platform/contacts-over");

  private final JdbcClient jdbc;

  /** A store that writes through {@code dataSource}. */
  public ContactsOverStore(DataSource dataSource) {
    this.jdbc = JdbcClient.create(dataSource);
  }

  /** Those found over the limit for the first time; each now has an entry in its audit log. */
  public List<Over> findNew(int contactsLimit) {
    return jdbc.sql(CONTACTS_OVER)
        .param("contactsLimit", contactsLimit)
        .query((row, n) -> new Over(row.getLong("organization_id"), row.getInt("contacts")))
        .list();
  }
}
