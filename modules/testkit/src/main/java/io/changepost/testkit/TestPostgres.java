package io.changepost.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL for tests: one server for the whole JVM, started when first asked for, and a
 * fresh, empty database for whoever calls {@link #freshDatabase()}. The environment variable {@code
 * TEST_DATABASE_URL} (a JDBC URL of a superuser) names a server to use instead of starting one.
 * Thread-safe.
 */
public final class TestPostgres {

  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String ROLE = "changepost_test";

  private TestPostgres() {}

  /**
   * A new empty database, owned by a role that is not a superuser.
   *
   * @return how to connect to it as that role
   */
  public static TestDatabase freshDatabase() {
    String name =
        "t" + ProcessHandle.current().pid() + "_" + Server.MARK + "_" + NUMBER.incrementAndGet();
    try (Connection connection = DriverManager.getConnection(Server.ADMIN_URL);
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name + " owner " + ROLE);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot make the test database " + name, e);
    }
    String base = Server.ADMIN_URL.replaceFirst("(jdbc:postgresql://[^/]+/)[^?]*.*", "$1");
    return new TestDatabase(base + name, ROLE, ROLE, Server.ADMIN_URL);
  }

  /** The server of this JVM; the holder class starts it once, when first touched. */
  private static final class Server {

    static final String MARK = Long.toString(System.nanoTime(), 36);
    static final String ADMIN_URL = start();

    private static String start() {
      String url = System.getenv("TEST_DATABASE_URL");
      if (url == null || url.isBlank()) {
        try {
          // The library keeps fsync off, which is right for tests, and ends the server with the
          // JVM.
          url = EmbeddedPostgres.builder().start().getJdbcUrl("postgres", "postgres");
        } catch (IOException e) {
          throw new UncheckedIOException("cannot start PostgreSQL for tests", e);
        }
      }
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "do $$ begin create role "
                + ROLE
                + " login password '"
                + ROLE
                + "'; exception when duplicate_object or unique_violation then null; end $$");
      } catch (SQLException e) {
        throw new IllegalStateException("cannot prepare PostgreSQL for tests", e);
      }
      return url;
    }
  }
}
