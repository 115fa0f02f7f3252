package io.changepost.persistence.platform;

import io.changepost.persistence.Database;
import io.changepost.persistence.SqlFile;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Companies. Thread-safe; each call is one statement of its own. */
public final class CompanyStore {

  /** What putting a company came to. */
  public enum Putting {
    /** There was none of that id. */
    CREATED,
    /** It has these values now. */
    REPLACED,
    /** Another company has that external id; nothing was written. */
    EXTERNAL_ID_TAKEN
  }

  private final JdbcClient jdbc;

  /** Companies in that database. */
  public CompanyStore(Database database) {
    this.jdbc = JdbcClient.create(database.apiPool());
  }

  /** Makes the company, or gives it these values in place of all it had. */
  public Putting put(Company company) {
    try {
      boolean created =
          jdbc.sql(SqlFile.read("platform/put-company"))
              .param("id", company.id())
              .param("name", company.name())
              .param("website", company.website())
              .param("phone", company.phone())
              .param("email", company.email())
              .param("street", company.address().street())
              .param("postalCode", company.address().postalCode())
              .param("city", company.address().city())
              .param("country", company.address().country())
              .param("vatNumber", company.registration().vatNumber())
              .param("chamberNumber", company.registration().chamberOfCommerceNumber())
              .param("trades", company.trades().toArray(String[]::new))
              .param("employees", company.employees())
              .param("externalId", company.externalId())
              .query(Boolean.class)
              .single();
      return created ? Putting.CREATED : Putting.REPLACED;
    } catch (DuplicateKeyException taken) {
      return Putting.EXTERNAL_ID_TAKEN;
    }
  }
}
