package io.changepost.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What capture costs the host: transactions of 8 clients that each change one row, on a table of
 * the host, watched and not watched in turns.
 */
final class Capture {

  private static final int CLIENTS = 8;
  private static final int ROWS = 10_000;

  private static final String UPDATE =
      "update public.supplier set phone = ?, edits = edits + 1 where id = ?";
  private static final String INSERT =
      "insert into public.supplier (phone, name, city) values (?, 'Bakker Schilders', 'Delft')";

  private final Bench bench;
  private final HostDatabase database;

  Capture(Bench bench, HostDatabase database) {
    this.bench = bench;
    this.database = database;
  }

  /** The rows (c); to be called while no node works, so that capture alone is measured. */
  void measure() throws SQLException {
    database.run(
        """
        create table public.supplier (id bigint generated always as identity primary key,
          name text, city text, phone text, website text, edits integer not null default 0)""");
    database.run(
        "insert into public.supplier (name, city, phone, website) select 'Supplier ' || n, 'Delft',"
            + " '015-' || n, 'https://example.org/' || n from generate_series(1, "
            + ROWS
            + ") n");
    pairs("update of one row, 8 clients", true);
    if (!bench.isQuick()) {
      pairs("insert of one row, 8 clients", false);
    }
    bench.leaveOut("c", "inserts");
    database.run("drop table public.supplier");
    database.run("truncate changepost.outbox");
  }

  private void pairs(String what, boolean update) throws SQLException {
    bench.say("measuring " + what + ", with capture and without");
    int pairs = bench.either(3, 7);
    double seconds = bench.either(1.5, 4);
    List<Double> off = new ArrayList<>();
    List<Double> on = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    rate(update, bench.either(1, 3));
    while (shares.size() < pairs && (shares.isEmpty() || bench.hasTime(105))) {
      // Now the one first, now the other, so that neither profits from what changes meanwhile.
      boolean captureFirst = shares.size() % 2 == 1;
      double first = captured(captureFirst, update, seconds);
      double second = captured(!captureFirst, update, seconds);
      off.add(captureFirst ? second : first);
      on.add(captureFirst ? first : second);
      shares.add(on.get(on.size() - 1) / off.get(off.size() - 1));
    }
    bench.add(Figure.of("c", what + ", capture off", sample(off), "transactions/s"));
    bench.add(
        Figure.of("c", what + ", capture on", sample(on), "transactions/s")
            .against(sample(shares), "capture off"));
  }

  private static Sample sample(List<Double> values) {
    return Sample.of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private double captured(boolean watched, boolean update, double seconds) throws SQLException {
    if (!watched) {
      return rate(update, seconds);
    }
    database.run(
        "select changepost.watch('public.supplier', object => 'Company', company_id => 'id')");
    try {
      return rate(update, seconds);
    } finally {
      database.run("select changepost.unwatch('public.supplier')");
      database.run("truncate changepost.outbox");
    }
  }

  private double rate(boolean update, double seconds) throws SQLException {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    List<Callable<Long>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(() -> client(update, end));
    }
    try {
      long transactions = 0;
      for (Future<Long> client : threads.invokeAll(clients)) {
        transactions += client.get();
      }
      return transactions / seconds;
    } catch (ExecutionException e) {
      throw new SQLException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private long client(boolean update, long end) throws SQLException {
    long transactions = 0;
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(update ? UPDATE : INSERT)) {
      while (System.nanoTime() < end) {
        statement.setString(1, "015-" + transactions);
        if (update) {
          statement.setLong(2, 1 + ThreadLocalRandom.current().nextInt(ROWS));
        }
        statement.executeUpdate();
        transactions++;
      }
    }
    return transactions;
  }
}
