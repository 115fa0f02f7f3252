package io.changepost.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class SchemaMigrationIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void rows_are_compressed_with_lz4_wherever_the_server_can() throws SQLException {
    TestDatabase fresh = TestPostgres.freshDatabase();
    DatabaseSettings settings =
        new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 2);
    try (Database database = Database.open(settings);
        Connection look = connect(fresh)) {
      database.migrate();

      assertThat(
              is(
                  look,
                  """
                  select bool_and((a.attcompression = 'l') = ('lz4' = any (s.enumvals)))
                  from pg_attribute a, pg_settings s
                  where a.attrelid = 'changepost.outbox'::regclass and a.attname in ('current', 'previous')
                    and s.name = 'default_toast_compression'
                  """))
          .isTrue();
    }
  }

  @Test
  void a_long_dump_lets_the_release_before_go_on_and_the_schema_follows_after_it()
      throws SQLException {
    TestDatabase fresh = TestPostgres.freshDatabase();
    Flyway.configure()
        .dataSource(fresh.url(), fresh.username(), fresh.password())
        .schemas("changepost")
        .locations("classpath:db/migration")
        .target("10")
        .load()
        .migrate();
    DatabaseSettings settings =
        new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 2);
    try (Database database = Database.open(settings);
        Connection dump = connect(fresh);
        Connection before = connect(fresh)) {
      dump.setAutoCommit(false);
      run(dump, "lock table changepost.delivery_log in access share mode");
      CompletableFuture<Void> migrated = CompletableFuture.runAsync(database::migrate);
      await().atMost(SOON).until(() -> waits(before));
      run(before, "set lock_timeout = '5s'");
      run(
          before,
          "insert into changepost.delivery_log (change_id, webhook_id, change_at, salt, round, attempt_count, state)"
              + " values (1, 1, now(), 1, 1, 1, 'delivered')");
      assertThat(migrated).isNotDone();
      dump.rollback();
      assertThat(migrated).succeedsWithin(SOON);
      run(before, "select first_at from changepost.delivery_log");
    }
  }

  @Test
  void a_migration_and_its_line_in_the_history_are_one_transaction() throws SQLException {
    TestDatabase fresh = TestPostgres.freshDatabase();
    DatabaseSettings settings =
        new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), 2);
    try (Database database = Database.open(settings);
        Connection look = connect(fresh);
        Statement statement = look.createStatement()) {
      database.migrate();
      try (ResultSet row =
          statement.executeQuery(
              "select count(*) from changepost.flyway_schema_history h join pg_class c on c.xmin = h.xmin"
                  + " where h.version = '012' and c.oid = 'changepost.lease'::regclass")) {
        row.next();
        assertThat(row.getInt(1)).isOne();
      }
    }
  }

  private static boolean waits(Connection connection) throws SQLException {
    return is(
        connection,
        "select exists (select from pg_locks where not granted and mode = 'AccessExclusiveLock')");
  }

  private static boolean is(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static Connection connect(TestDatabase database) throws SQLException {
    return DriverManager.getConnection(database.url(), database.username(), database.password());
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
