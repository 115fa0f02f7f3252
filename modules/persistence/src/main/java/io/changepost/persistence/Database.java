package io.changepost.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The database with its two pools: one for the sender, one for the API, so that neither starves the
 * other. Every wait on it ends: connecting after 5 s, a connection from the pool after 2 s, a
 * statement before the socket's 30 s. Opening asks nothing of the server, so a database that is not
 * there yet is no error here. Thread-safe.
 */
public final class Database implements AutoCloseable {

  private static final int OLDEST_SERVER = 150000;
  private static final long MIGRATION_LOCK = 0x6368616e6765L;
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** What is not done for somebody is done by ourselves; see the table audit. */
  private static final String SESSION =
      "set timezone = 'UTC'; set jit = off; set lock_timeout = '5s';"
          + " set changepost.actor = 'changepost';"
          + " set idle_in_transaction_session_timeout = '30s';";

  /**
   * The sender's statements are few, large and planned once, perhaps while the tables are empty. So
   * nothing is left to estimates: in these statements a lateral subquery is an index scan, a join a
   * hash of two lists of the batch. See docs of the statements in {@code sql/}.
   */
  private static final String SENDER_SESSION =
      SESSION
          + " set statement_timeout = '25s'; set work_mem = '16MB';"
          + " set plan_cache_mode = force_generic_plan;"
          + " set enable_seqscan = off; set enable_bitmapscan = off; set enable_nestloop = off";

  /**
   * A page is what is asked of a large table. Of one that has grown since it was last analyzed a
   * page is thought to be all that there is, and a bitmap then gathers a million rows for the first
   * fifty.
   */
  private static final String API_SESSION =
      SESSION + " set statement_timeout = '20s'; set enable_bitmapscan = off";

  private final DatabaseSettings settings;
  private final HikariDataSource sender;
  private final HikariDataSource api;

  private Database(DatabaseSettings settings) {
    this.settings = settings;
    this.sender = pool("sender", SENDER_SESSION, settings);
    this.api = pool("api", API_SESSION, settings);
  }

  /** Makes the two pools; they connect when first used. The caller closes. */
  public static Database open(DatabaseSettings settings) {
    return new Database(settings);
  }

  /** Connections for fan-out, claims, outcomes and upkeep; their plans are pinned to indexes. */
  public DataSource senderPool() {
    return sender;
  }

  /**
   * Connections for the API and the reading that people ask for; they gather nothing in bitmaps.
   */
  public DataSource apiPool() {
    return api;
  }

  /**
   * Waits until the server takes a connection, and tells now and then that it waits.
   *
   * @param messages gets one clear line at the first failure, at every new kind of it and every 10
   *     s
   * @throws IllegalStateException where the server is there and refuses the role, its password or
   *     the database's name: waiting would not help; or where the thread was interrupted
   */
  public void waitUntilReachable(Consumer<String> messages) {
    String last = "";
    long toldAt = 0;
    while (true) {
      SQLException failure = tryToConnect();
      if (failure == null) {
        return;
      }
      String state = failure.getSQLState() == null ? "" : failure.getSQLState();
      if (state.startsWith("28") || state.equals("3D000")) {
        throw new IllegalStateException(
            "the database at " + settings.url() + " refuses us: " + failure.getMessage(), failure);
      }
      long now = System.nanoTime();
      if (!state.equals(last) || now - toldAt > Duration.ofSeconds(10).toNanos()) {
        messages.accept(
            "waiting for the database at " + settings.url() + ": " + failure.getMessage());
        last = state;
        toldAt = now;
      }
      pause();
    }
  }

  /**
   * Brings the schema {@code changepost} to this version, creating it where it lacks. Repeatable;
   * several nodes may do it at once, then one works and the others wait. Waits for no lock so long
   * that nodes of the release before are held up.
   *
   * @throws IllegalStateException where the server is older than PostgreSQL 15, or stands behind a
   *     pooler that hands out its connections by transaction
   */
  public void migrate() {
    try (Connection guard = connect();
        Statement statement = guard.createStatement()) {
      refuseOldServer(statement);
      refusePooler(statement);
      statement.execute("select pg_advisory_lock(" + MIGRATION_LOCK + ")");
      new SchemaMigration(settings).run();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot migrate the database at " + settings.url(), e);
    }
  }

  @Override
  public void close() {
    sender.close();
    api.close();
  }

  private static void refuseOldServer(Statement statement) throws SQLException {
    try (ResultSet version =
        statement.executeQuery(
            "select current_setting('server_version_num')::int, current_setting('server_version')")) {
      version.next();
      if (version.getInt(1) < OLDEST_SERVER) {
        throw new IllegalStateException(
            "Changepost needs PostgreSQL 15 or newer; this server is " + version.getString(2));
      }
    }
  }

  /**
   * Settings, locks and prepared statements are of a session; behind such a pooler they would be
   * somebody else's. It shows when a second connection gets the first one's process, or takes it
   * away.
   */
  private void refusePooler(Statement first) throws SQLException {
    try (Connection other = connect();
        Statement second = other.createStatement()) {
      int before = process(first);
      other.setAutoCommit(false);
      boolean shared = process(second) == before || process(first) != before;
      other.rollback();
      if (shared) {
        throw new IllegalStateException(
            "the database at "
                + settings.url()
                + " stands behind a pooler that hands out connections by transaction (such as PgBouncer"
                + " with pool_mode = transaction); Changepost needs sessions: connect to PostgreSQL"
                + " itself, or set pool_mode = session");
      }
    }
  }

  private static int process(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  private @Nullable SQLException tryToConnect() {
    try (Connection connection = connect()) {
      return connection.isValid(5) ? null : new SQLException("no answer within 5 s", "08006");
    } catch (SQLException e) {
      return e;
    }
  }

  /** A connection outside the pools, without a limit on a statement's time. */
  private Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", settings.username());
    properties.setProperty("password", settings.password());
    properties.setProperty("ApplicationName", "changepost");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "10");
    properties.setProperty("tcpKeepAlive", "true");
    // Names of prepared statements collide behind some poolers, before one is refused with a
    // reason.
    properties.setProperty("prepareThreshold", "0");
    return DriverManager.getConnection(settings.url(), properties);
  }

  private static HikariDataSource pool(String name, String session, DatabaseSettings settings) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("changepost-" + name);
    config.setJdbcUrl(settings.url());
    config.setUsername(settings.username());
    config.setPassword(settings.password());
    config.setMaximumPoolSize(settings.poolSize());
    config.setConnectionTimeout(2_000);
    config.setValidationTimeout(1_500);
    config.setKeepaliveTime(Duration.ofMinutes(2).toMillis());
    config.setMaxLifetime(Duration.ofMinutes(30).toMillis());
    config.setInitializationFailTimeout(-1);
    config.setConnectionInitSql(session);
    config.addDataSourceProperty("ApplicationName", "changepost-" + name);
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    if (name.equals("sender")) {
      // Planning one of its statements costs more than running it on a small batch.
      config.addDataSourceProperty("prepareThreshold", "1");
      // As text PostgreSQL looks for the end of every value, byte by byte; in binary form it knows
      // the length. The driver asks for that from the second run of a statement on.
      config.addDataSourceProperty("binaryTransferEnable", "json");
      config.addDataSourceProperty("datatype.json", JsonText.class.getName());
    }
    return new HikariDataSource(config);
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the database", e);
    }
  }
}
