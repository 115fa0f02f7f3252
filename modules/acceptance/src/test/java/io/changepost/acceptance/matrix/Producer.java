package io.changepost.acceptance.matrix;

import io.changepost.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Commits documents of one company at a steady rate and keeps the ledger of it. Every tenth is
 * rolled back. Where the answer to a commit is lost, the table itself is asked when it is over.
 */
final class Producer implements AutoCloseable {

  private static final AtomicLong NAMES = new AtomicLong();

  private final TestDatabase database;
  private final long company;
  private final Map<String, Long> committed = new ConcurrentHashMap<>();
  private final Set<String> uncertain = new ConcurrentSkipListSet<>();
  private final Thread thread;
  private volatile long pauseNanos;
  private volatile boolean running = true;
  private volatile long longestGapNanos;

  Producer(TestDatabase database, long company, int perSecond) {
    this.database = database;
    this.company = company;
    this.pauseNanos = 1_000_000_000L / perSecond;
    this.thread = new Thread(this::produce, "producer");
    thread.setDaemon(true);
    thread.start();
  }

  /** Object id → {@link System#nanoTime()} right after the commit. */
  Map<String, Long> committed() {
    return committed;
  }

  /** Ends, settles what is uncertain, and returns the ledger. */
  Map<String, Long> stop() throws InterruptedException, SQLException {
    running = false;
    thread.join();
    for (String name : uncertain) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select id from changepost.document where name = '" + name + "'")) {
        if (rows.next()) {
          committed.put(rows.getString(1), System.nanoTime());
        }
      }
    }
    uncertain.clear();
    return committed;
  }

  /** The longest time in which nothing could be committed. */
  long longestGapMillis() {
    return longestGapNanos / 1_000_000;
  }

  private void produce() {
    long last = System.nanoTime();
    while (running) {
      try (Connection connection = database.connect()) {
        connection.setAutoCommit(false);
        long next = System.nanoTime();
        while (running) {
          write(connection);
          longestGapNanos = Math.max(longestGapNanos, System.nanoTime() - last);
          last = System.nanoTime();
          next += pauseNanos;
          java.util.concurrent.locks.LockSupport.parkNanos(next - System.nanoTime());
        }
      } catch (SQLException | IllegalStateException away) {
        java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
      }
    }
  }

  private void write(Connection connection) throws SQLException {
    String name = "d" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    String id;
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "insert into changepost.document (company_id, name) values ("
                    + company
                    + ", '"
                    + name
                    + "') returning id")) {
      rows.next();
      id = rows.getString(1);
    }
    if (Long.parseLong(id) % 10 == 0) {
      connection.rollback();
      return;
    }
    uncertain.add(name);
    connection.commit();
    committed.put(id, System.nanoTime());
    uncertain.remove(name);
  }

  @Override
  public void close() {
    running = false;
  }
}
