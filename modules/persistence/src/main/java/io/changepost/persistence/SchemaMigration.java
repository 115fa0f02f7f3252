package io.changepost.persistence;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the migrations that lack, without standing in anybody's way: changing a table waits for all
 * who read it, be it a dump of hours, and whoever comes after waits behind that, the nodes of the
 * release before too. So each wait is short, what was begun is rolled back, and it is tried again
 * for as long as it takes.
 */
final class SchemaMigration {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaMigration.class);

  /** Shorter than any session of ours waits for a lock. */
  private static final String LOCK_TIMEOUT = "set lock_timeout = '2s'";

  /** SQLSTATE lock_not_available. */
  private static final String LOCKED = "55P03";

  /** In which the others do what waited. */
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final Flyway flyway;

  SchemaMigration(DatabaseSettings settings) {
    FluentConfiguration configuration =
        Flyway.configure()
            .dataSource(settings.url(), settings.username(), settings.password())
            .callbacks(new ShortWaits())
            .schemas("changepost")
            .defaultSchema("changepost")
            .createSchemas(true)
            .table("flyway_schema_history")
            .locations("classpath:db/migration");
    // With its other way of locking, Flyway keeps its history by a connection of its own. A node
    // that is killed between the two commits leaves a migration done and not written down.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    this.flyway = configuration.load();
  }

  /** Of every session that Flyway opens. */
  private static final class ShortWaits implements Callback {

    @Override
    public boolean supports(Event event, Context context) {
      return event == Event.AFTER_CONNECT;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
      return true;
    }

    @Override
    public void handle(Event event, Context context) {
      try (Statement statement = context.getConnection().createStatement()) {
        statement.execute(LOCK_TIMEOUT);
      } catch (SQLException e) {
        throw new IllegalStateException("cannot begin a session of the migration", e);
      }
    }

    @Override
    public String getCallbackName() {
      return "short-waits";
    }
  }

  /** Returns when the schema is of this version. */
  void run() {
    while (true) {
      try {
        flyway.migrate();
        return;
      } catch (FlywayException failed) {
        if (!isLocked(failed)) {
          throw failed;
        }
        LOG.warn(
            "the schema cannot be brought to this version while somebody reads or changes its tables"
                + " for long (a dump, a report); trying again");
      }
      pause();
    }
  }

  private static boolean isLocked(Throwable failed) {
    for (Throwable one = failed; one != null; one = one.getCause()) {
      if (one instanceof SQLException said && LOCKED.equals(said.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the schema is locked", e);
    }
  }
}
