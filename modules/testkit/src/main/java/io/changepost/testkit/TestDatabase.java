package io.changepost.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database of one test.
 *
 * @param url JDBC URL without credentials
 * @param username the owner of the database, not a superuser
 * @param password of that role
 * @param adminUrl JDBC URL of a superuser, to another database of the same server
 */
public record TestDatabase(String url, String username, String password, String adminUrl) {

  /** A new connection as the owner; the caller closes it. */
  public Connection connect() {
    try {
      return DriverManager.getConnection(url, username, password);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot connect to " + url, e);
    }
  }

  /** Runs the statements, separated by semicolons, on a connection of their own. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }
}
