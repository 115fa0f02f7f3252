package io.changepost.persistence.platform;

import io.changepost.persistence.Database;
import io.changepost.persistence.access.KeyText;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Organizations. Thread-safe; each call is one statement of its own. */
public final class OrganizationStore {

  /** An organization. */
  public record Organization(long id, String name, Instant createdAt) {}

  /** An organization just made with its first key, whose text is known nowhere else. */
  public record NewOrganization(Organization organization, long keyId, String key) {

    @Override
    public String toString() {
      return "NewOrganization[" + organization.id() + "]";
    }
  }

  /** An organization with how many contacts and webhooks it has. */
  public record Standing(Organization organization, long contacts, long webhooks) {}

  private final JdbcClient jdbc;
  private final SecureRandom random = new SecureRandom();

  /** Organizations in that database. */
  public OrganizationStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /** Makes an organization and its first key. Names need not be unique. */
  public NewOrganization create(String name) {
    String key = KeyText.generate(KeyText.ORGANIZATION, random);
    return jdbc.sql(
            """
            with made as (
              insert into changepost.organization (name) values (:name)
              returning id, name, created_at),
            key as (
              insert into changepost.api_key (organization_id, hash, hint)
              select id, :hash, :hint from made returning id)
            select made.id, made.name, made.created_at, key.id as key_id from made, key
            """)
        .param("name", name)
        .param("hash", KeyText.hash(key))
        .param("hint", KeyText.hint(key))
        .query((row, n) -> new NewOrganization(organization(row), row.getLong("key_id"), key))
        .single();
  }

  /** Organizations with ids after {@code after}, oldest first. */
  public List<Organization> page(long after, int most) {
    return jdbc.sql(
            """
            select id, name, created_at from changepost.organization
            where id > :after order by id limit :most
            """)
        .param("after", after)
        .param("most", most)
        .query((row, n) -> organization(row))
        .list();
  }

  /** How an organization stands; empty where there is none of that id. */
  public Optional<Standing> standing(long id) {
    return jdbc.sql(
            """
            select o.id, o.name, o.created_at,
                   (select count(*) from changepost.company_relation r
                    where r.organization_id = o.id and r.star <> 'none') as contacts,
                   (select count(*) from changepost.webhook w
                    where w.organization_id = o.id and w.deleted_at is null) as webhooks
            from changepost.organization o
            where o.id = :id
            """)
        .param("id", id)
        .query(
            (row, n) ->
                new Standing(organization(row), row.getLong("contacts"), row.getLong("webhooks")))
        .optional();
  }

  /** True where there is one of that id. */
  public boolean exists(long id) {
    return jdbc.sql("select 1 from changepost.organization where id = :id")
        .param("id", id)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  private static Organization organization(ResultSet row) throws SQLException {
    return new Organization(
        row.getLong("id"),
        row.getString("name"),
        row.getObject("created_at", OffsetDateTime.class).toInstant());
  }
}
