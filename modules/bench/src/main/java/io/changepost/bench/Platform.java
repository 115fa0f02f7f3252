package io.changepost.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Companies and the customers who follow them.
 *
 * @param companies a document of each goes to as many customers as follow it
 * @param fanOut how many that are
 */
record Platform(long[] companies, int fanOut, List<Api.Customer> customers) {

  private static final long LONGEST_CLEARING_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** Customers with a webhook each, of whom {@code fanOut} at a time follow one company. */
  static Platform make(Api api, HostDatabase database, int webhooks, int fanOut, String url)
      throws SQLException {
    List<Api.Customer> customers = new ArrayList<>();
    for (int i = 0; i < webhooks; i++) {
      customers.add(api.customer(url));
    }
    return new Platform(new long[0], 1, customers).followedBy(database, fanOut);
  }

  /** The same customers and new companies, each followed by that many of them. */
  Platform followedBy(HostDatabase database, int followers) throws SQLException {
    long[] followed = new long[customers.size() / followers];
    for (int i = 0; i < followed.length; i++) {
      followed[i] = database.company();
      for (int j = 0; j < followers; j++) {
        database.star(customers.get(i * followers + j).organization(), followed[i]);
      }
    }
    return new Platform(followed, followers, customers);
  }

  /** The first customers of one at which every company has a follower of its own. */
  Platform first(int number) {
    return new Platform(Arrays.copyOf(companies, number), fanOut, customers.subList(0, number));
  }

  /**
   * Takes the webhooks away, and waits until what waited for them is cleared, which is work for the
   * server and the database: what is measured next is alone.
   */
  void remove(Api api, HostDatabase database) throws SQLException {
    customers.forEach(api::delete);
    long end = System.nanoTime() + LONGEST_CLEARING_NANOS;
    while (database.isClearing()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "what waits for " + customers.size() + " deleted webhooks is not cleared");
      }
      Bench.pause(100);
    }
  }
}
