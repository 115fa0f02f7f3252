package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The database as the product beside which Changepost runs writes it: by SQL alone. */
final class HostDatabase implements AutoCloseable {

  private final String url;
  private final long postmaster;
  private final Connection connection;

  private HostDatabase(String url, long postmaster) throws SQLException {
    this.url = url;
    this.postmaster = postmaster;
    this.connection = connect();
  }

  /** The embedded one of the node whose data is in that folder. */
  static HostDatabase of(Path data) throws IOException, SQLException {
    List<String> lines = Files.readAllLines(data.resolve("postgres/postmaster.pid"));
    return new HostDatabase(
        "jdbc:postgresql://127.0.0.1:" + lines.get(3) + "/postgres", Long.parseLong(lines.get(0)));
  }

  /** Microseconds of processor time of PostgreSQL, all its processes together. */
  long cpuMicros() {
    return Processor.tree(postmaster);
  }

  /** Whether another session is amidst a transaction. */
  boolean othersAreBusy() throws SQLException {
    return number(
            """
            select count(*) from pg_stat_activity
            where xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'""")
        > 0;
  }

  String url() {
    return url;
  }

  /** A connection of its own; the caller closes. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(url, "postgres", "");
  }

  long number(String sql, @Nullable Object... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  long company() throws SQLException {
    return number("insert into changepost.company (name) values ('bench') returning id");
  }

  void star(long organization, long company) throws SQLException {
    number(
        """
        insert into changepost.company_relation (organization_id, company_id, star)
        values (?, ?, 'green') returning id""",
        organization,
        company);
  }

  /**
   * New documents, spread over the companies, in transactions of 1,000.
   *
   * @param bytes of text in each
   */
  void documents(long[] companies, int number, int bytes) throws SQLException {
    documents(companies, number, bytes, 0);
  }

  /** The same, beginning with the company at that place. */
  void documents(long[] companies, int number, int bytes, long place) throws SQLException {
    for (int done = 0; done < number; done += 1_000) {
      try (PreparedStatement insert =
          connection.prepareStatement(
              """
              insert into changepost.document (company_id, name, url)
              select (?::bigint[])[1 + (n + ?) % ?], 'document ' || n, repeat('x', ?)
              from generate_series(?, ?) as n""")) {
        insert.setArray(1, connection.createArrayOf("bigint", boxed(companies)));
        insert.setInt(2, (int) (place % companies.length));
        insert.setInt(3, companies.length);
        insert.setInt(4, bytes);
        insert.setInt(5, done);
        insert.setInt(6, Math.min(done + 1_000, number) - 1);
        insert.executeUpdate();
      }
    }
  }

  private static Long[] boxed(long[] numbers) {
    Long[] boxed = new Long[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      boxed[i] = numbers[i];
    }
    return boxed;
  }

  /**
   * True while a change is not fanned out, or a delivery of a webhook not paused is not recorded.
   */
  boolean isBusy() throws SQLException {
    return number(
            """
            select (exists (select 1 from changepost.outbox)
              or exists (select 1 from changepost.lease)
              or exists (select 1 from changepost.webhook w
                         where not w.paused and w.deleted_at is null
                           and exists (select 1 from changepost.delivery d
                                       where d.webhook_id = w.id)))::integer""")
        > 0;
  }

  /** True while something waits for a webhook that is deleted. */
  boolean isClearing() throws SQLException {
    return number(
            """
            select exists (select 1 from changepost.webhook w
                           where w.deleted_at is not null
                             and exists (select 1 from changepost.delivery d
                                         where d.webhook_id = w.id))::integer""")
        > 0;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
