package io.changepost.bench;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Companies and the customers who follow them.
 *
 * @param companies a document of each goes to as many customers as follow it
 * @param fanOut how many that are
 */
record Platform(long[] companies, int fanOut, List<Api.Customer> customers) {

  /** Customers with a webhook each, of whom {@code fanOut} at a time follow one company. */
  static Platform make(Api api, HostDatabase database, int webhooks, int fanOut, String url)
      throws SQLException {
    long[] companies = new long[webhooks / fanOut];
    List<Api.Customer> customers = new ArrayList<>();
    for (int i = 0; i < companies.length; i++) {
      companies[i] = database.company();
      for (int j = 0; j < fanOut; j++) {
        Api.Customer customer = api.customer(url);
        customers.add(customer);
        database.star(customer.organization(), companies[i]);
      }
    }
    return new Platform(companies, fanOut, customers);
  }

  /** Takes the webhooks away, so that what is measured next is alone. */
  void remove(Api api) {
    customers.forEach(api::delete);
  }
}
