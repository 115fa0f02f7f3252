package io.changepost.persistence;

/**
 * Where the database is.
 *
 * @param url JDBC URL without credentials; options in it win over ours
 * @param username role that owns the schema {@code changepost} or may create it; not a superuser
 * @param password its password, empty where the server asks for none
 * @param poolSize connections of each of the two pools, at least 2
 */
public record DatabaseSettings(String url, String username, String password, int poolSize) {

  /** Refuses a URL that is not PostgreSQL's and a pool that is too small to work with. */
  public DatabaseSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "changepost.database.url must start with jdbc:postgresql:");
    }
    if (poolSize < 2) {
      throw new IllegalArgumentException(
          "changepost.database.pool-size must be at least 2, not " + poolSize);
    }
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + url + ", " + username + ", poolSize=" + poolSize + "]";
  }
}
