package io.changepost.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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
    pairs("insert of one row, 8 clients", false);
    database.run("drop table public.supplier");
    database.run("truncate changepost.outbox");
  }

  private void pairs(String what, boolean update) throws SQLException {
    bench.say("measuring " + what + ", with capture and without");
    int pairs = bench.either(3, 9);
    int seconds = bench.either(3, 6);
    double[] off = new double[pairs];
    double[] on = new double[pairs];
    double[] shares = new double[pairs];
    rate(update, 2);
    for (int i = 0; i < pairs; i++) {
      off[i] = rate(update, seconds);
      database.run(
          "select changepost.watch('public.supplier', object => 'Company', company_id => 'id')");
      on[i] = rate(update, seconds);
      database.run("select changepost.unwatch('public.supplier')");
      database.run("truncate changepost.outbox");
      shares[i] = on[i] / off[i];
    }
    Arrays.sort(off);
    Arrays.sort(on);
    Arrays.sort(shares);
    bench.add(Figure.of("c", what + ", capture off", off[pairs / 2], "transactions/s"));
    bench.add(
        new Figure(
            "c",
            what + ", capture on",
            on[pairs / 2],
            "transactions/s",
            shares[pairs / 2],
            "capture off, median of pairs"));
  }

  private double rate(boolean update, int seconds) throws SQLException {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Callable<Long>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(() -> client(update, end));
    }
    try {
      long transactions = 0;
      for (Future<Long> client : threads.invokeAll(clients)) {
        transactions += client.get();
      }
      return transactions / (double) seconds;
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
