package io.changepost.app.server;

import io.changepost.app.settings.ServerSettings;
import io.changepost.app.settings.WrongSettingException;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.access.KeyStore;
import io.changepost.persistence.delivery.RetentionStore;
import io.changepost.persistence.webhook.SealedSamples;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node stands on: its database, embedded or not, brought to this version, and the key that
 * secrets are sealed with. It is made ready on a thread of its own, so that everything else can
 * start meanwhile. Thread-safe.
 */
final class Ground implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ground.class);
  private static final int CONNECTS_AT_MOST = 10;
  private static final long CLOSES_WITHIN_SECONDS = 65;

  private final ServerSettings settings;
  private final @Nullable EmbeddedDatabase embedded;
  private final DatabaseSettings where;
  private final Database database;
  private final SecretBox box;
  private final FutureTask<Optional<String>> readying = new FutureTask<>(this::makeReady);
  private final Thread thread = new Thread(readying, "changepost-database");
  private volatile boolean mayBeInterrupted;
  private volatile boolean givenUp;

  private Ground(ServerSettings settings, @Nullable EmbeddedDatabase embedded) {
    this.settings = settings;
    this.embedded = embedded;
    this.where =
        embedded == null ? Objects.requireNonNull(settings.database()) : embedded.settings();
    this.database = Database.open(where);
    this.box = EncryptionKey.box(settings);
  }

  /** Takes the data folder; nothing is made ready yet. */
  static Ground open(ServerSettings settings) {
    EmbeddedDatabase embedded =
        settings.database() == null
            ? EmbeddedDatabase.in(settings.places().dataDir(), settings.places().binaries())
            : null;
    try {
      return new Ground(settings, embedded);
    } catch (RuntimeException wrongKey) {
      if (embedded != null) {
        embedded.giveBack();
      }
      throw wrongKey;
    }
  }

  /** Begins to make the database ready. */
  void begin() {
    thread.start();
  }

  private Optional<String> makeReady() {
    if (embedded != null) {
      embedded.start();
    }
    mayBeInterrupted = true;
    if (givenUp) {
      throw new IllegalStateException("given up before the database was looked for");
    }
    database.waitUntilReachable(LOG::warn);
    database.migrate();
    awaitConnection(database.senderPool());
    awaitConnection(database.apiPool());
    refuseWrongKey();
    new RetentionStore(database.senderPool()).ensurePartitions();
    return settings.keys().operator() == null
        ? new KeyStore(database).operatorKeyOrNew()
        : Optional.empty();
  }

  /**
   * The pools were opened before the server was there, and try again with growing pauses that may
   * be longer than a caller is willing to wait.
   */
  private static void awaitConnection(DataSource pool) {
    SQLException last = null;
    for (int attempt = 0; attempt < CONNECTS_AT_MOST; attempt++) {
      try (Connection connection = pool.getConnection()) {
        return;
      } catch (SQLTransientException notYet) {
        last = notYet;
      } catch (SQLException failure) {
        throw new IllegalStateException("the database takes no connection", failure);
      }
    }
    throw new IllegalStateException("the database takes no connection", last);
  }

  private void refuseWrongKey() {
    try {
      new SealedSamples(database.apiPool()).onePerKey().forEach(box::open);
    } catch (IllegalStateException wrongKey) {
      throw new WrongSettingException(EncryptionKey.place(settings) + ": " + wrongKey.getMessage());
    }
  }

  Database database() {
    return database;
  }

  DatabaseSettings settings() {
    return where;
  }

  SecretBox box() {
    return box;
  }

  boolean isEmbedded() {
    return embedded != null;
  }

  /**
   * Waits until the database is of this version.
   *
   * @return the operator's key, where it was made just now
   */
  Optional<String> ready() {
    try {
      return readying.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the database was made ready", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("the database cannot be made ready", e.getCause());
    }
  }

  /** Ends a wait for a database that is not there; PostgreSQL's own start is left to end. */
  void giveUp() {
    givenUp = true;
    if (mayBeInterrupted) {
      thread.interrupt();
    }
  }

  @Override
  public void close() throws Exception {
    giveUp();
    if (thread.getState() == Thread.State.NEW) {
      readying.cancel(false);
    }
    try {
      readying.get(CLOSES_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (CancellationException | ExecutionException | TimeoutException e) {
      LOG.debug("closing a database that never became ready", e);
    }
    database.close();
    if (embedded != null) {
      embedded.close();
    }
  }
}
