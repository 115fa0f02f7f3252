package io.changepost.persistence.capture;

import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicInteger;

/** A migrated database and one session of the host's in it, as the role that owns the database. */
final class CaptureDatabase implements AutoCloseable {

  private static final AtomicInteger ROLES = new AtomicInteger();

  private final TestDatabase database;
  private final Connection host;

  private CaptureDatabase(TestDatabase database) {
    this.database = database;
    this.host = database.connect();
  }

  /** A fresh database with two organizations and the companies 1 to 3. */
  static CaptureDatabase create() {
    TestDatabase fresh = TestPostgres.freshDatabase();
    try (Database migrated =
        Database.open(new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 2))) {
      migrated.migrate();
    }
    CaptureDatabase database = new CaptureDatabase(fresh);
    database.run(
        "insert into changepost.organization (name) values ('Builder'), ('Rival')",
        "insert into changepost.company (id, name) values (1, 'One'), (2, 'Two'), (3, 'Three')",
        "create table supplier (id bigint primary key, name text)");
    database.forget();
    return database;
  }

  /** Runs the statements, each in a transaction of its own. */
  void run(String... statements) {
    for (String sql : statements) {
      try (Statement statement = host.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new HostException(sql, e);
      }
    }
  }

  /** Makes a table {@code thing} with these columns, of which {@code id} is one, and watches it. */
  void watchThing(String columns) {
    run(
        "create table thing (" + columns + ")",
        "select changepost.watch('thing', object => 'Company', company_id => 'id')");
  }

  /** The rows of a query, their columns joined by {@code |}, null as {@code -}. */
  List<String> rows(String sql) {
    try (Statement statement = host.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        StringJoiner row = new StringJoiner("|");
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          String value = result.getString(i);
          row.add(value == null ? "-" : value);
        }
        rows.add(row.toString());
      }
      return rows;
    } catch (SQLException e) {
      throw new HostException(sql, e);
    }
  }

  /** These columns of what waits in the outbox, in the order of capture. */
  List<String> outbox(String columns) {
    return rows("select " + columns + " from changepost.outbox order by id");
  }

  /** Empties the outbox. */
  void forget() {
    run("truncate changepost.outbox");
  }

  /** A second session of the host's, with these settings; the caller closes. */
  Connection session(String... settings) throws SQLException {
    Connection session = database.connect();
    try (Statement statement = session.createStatement()) {
      for (String setting : settings) {
        statement.execute(setting);
      }
    }
    return session;
  }

  /** A session of a new role that has no rights but these; the caller closes. */
  Connection stranger(String... grants) throws SQLException {
    String role = "stranger_" + ProcessHandle.current().pid() + "_" + ROLES.incrementAndGet();
    try (Connection admin = DriverManager.getConnection(database.adminUrl());
        Statement statement = admin.createStatement()) {
      statement.execute("create role " + role + " login password '" + role + "'");
    }
    for (String grant : grants) {
      run(grant + " to " + role);
    }
    return DriverManager.getConnection(database.url(), role, role);
  }

  @Override
  public void close() throws SQLException {
    host.close();
  }

  /** What the database refused, with its SQLSTATE. */
  static final class HostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String state;

    HostException(String sql, SQLException cause) {
      super(sql.substring(0, Math.min(sql.length(), 200)) + ": " + cause.getMessage(), cause);
      this.state = String.valueOf(cause.getSQLState());
    }

    String state() {
      return state;
    }
  }
}
