package io.changepost.persistence.platform;

import io.changepost.persistence.Database;
import java.util.Optional;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Named values that an organization keeps on a relation for its own use. Thread-safe; each call is
 * one statement of its own.
 */
public final class RelationDataStore {

  /** What adding a value came to. */
  public sealed interface Adding {

    /** It is kept. */
    record Added(Relation.Datum datum) implements Adding {}

    /** There is no such relation. */
    record NoRelation() implements Adding {}

    /** The relation has a value of that name. */
    record NameExists() implements Adding {}

    /** The relation has as many values as it may. */
    record TooMany() implements Adding {}
  }

  private final JdbcClient jdbc;

  /** Relation data in that database. */
  public RelationDataStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /**
   * Keeps a value under a name that is not there yet.
   *
   * @param most values that a relation may have; calls at the same time may pass it by a few
   */
  public Adding add(long organizationId, long companyId, String name, String value, int most) {
    try {
      return jdbc.sql(
              """
              insert into changepost.company_relation_data
                (relation_id, organization_id, company_id, name, value)
              select r.id, r.organization_id, r.company_id, :name, :value
              from changepost.company_relation r
              where r.organization_id = :organization and r.company_id = :company
                and (select count(*) from changepost.company_relation_data d
                     where d.relation_id = r.id) < :most
              for key share of r
              returning id
              """)
          .param("organization", organizationId)
          .param("company", companyId)
          .param("name", name)
          .param("value", value)
          .param("most", most)
          .query(Long.class)
          .optional()
          .<Adding>map(id -> new Adding.Added(new Relation.Datum(id, name, value)))
          .orElseGet(() -> notAdded(organizationId, companyId));
    } catch (DuplicateKeyException there) {
      return new Adding.NameExists();
    }
  }

  private Adding notAdded(long organizationId, long companyId) {
    return jdbc.sql(
            """
            select 1 from changepost.company_relation
            where organization_id = :organization and company_id = :company
            """)
        .param("organization", organizationId)
        .param("company", companyId)
        .query(Integer.class)
        .optional()
        .<Adding>map(there -> new Adding.TooMany())
        .orElseGet(Adding.NoRelation::new);
  }

  /** Gives a kept value another text; empty where there is no such value. */
  public Optional<Relation.Datum> update(
      long organizationId, long companyId, long dataId, String value) {
    return jdbc.sql(
            """
            update changepost.company_relation_data set value = :value
            where id = :id and organization_id = :organization and company_id = :company
            returning name
            """)
        .param("organization", organizationId)
        .param("company", companyId)
        .param("id", dataId)
        .param("value", value)
        .query(String.class)
        .optional()
        .map(name -> new Relation.Datum(dataId, name, value));
  }

  /** Removes a kept value; false where there is none. */
  public boolean remove(long organizationId, long companyId, long dataId) {
    return jdbc.sql(
                """
                delete from changepost.company_relation_data
                where id = :id and organization_id = :organization and company_id = :company
                """)
            .param("organization", organizationId)
            .param("company", companyId)
            .param("id", dataId)
            .update()
        > 0;
  }
}
