package io.changepost.app.server;

import io.changepost.persistence.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Asks the database every second whether it answers, so that health is told at once, also while it
 * does not. One missed answer is no illness: a pool may be busy. Thread-safe.
 */
final class DatabaseWatch implements HealthCheck, AutoCloseable {

  private static final long EVERY_MILLIS = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int ANSWERS_WITHIN_SECONDS = 2;

  private final Database database;
  private final Thread thread = new Thread(this::watch, "changepost-database-watch");
  private volatile long answeredAt = System.nanoTime();

  DatabaseWatch(Database database) {
    this.database = database;
    thread.setDaemon(true);
  }

  DatabaseWatch begin() {
    thread.start();
    return this;
  }

  boolean answers() {
    return System.nanoTime() - answeredAt < PATIENCE.toNanos();
  }

  private void watch() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try (Connection connection = database.apiPool().getConnection()) {
          if (connection.isValid(ANSWERS_WITHIN_SECONDS)) {
            answeredAt = System.nanoTime();
          }
        } catch (SQLException notNow) {
          // The senders say so in the log; here only the time of the last answer counts.
        }
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String getGroup() {
    return "changepost";
  }

  @Override
  public String getId() {
    return "database";
  }

  @Override
  public Result call(Map<String, Object> options) {
    HealthCheckResultBuilder result = HealthCheckResultBuilder.on(this);
    return answers()
        ? result.up().build()
        : result.down().message("no answer for " + PATIENCE.toSeconds() + " s or longer").build();
  }

  @Override
  public boolean isEnabled() {
    return true;
  }

  @Override
  public void setEnabled(boolean enabled) {
    throw new UnsupportedOperationException("it is always on");
  }

  @Override
  public boolean isLiveness() {
    // Another process would not answer either; restarting this one mends nothing.
    return false;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
