package io.changepost.routing;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.component.sql.DefaultSqlPrepareStatementStrategy;
import org.apache.camel.component.sql.SqlPrepareStatementStrategy;

/**
 * Turns a statement's named parameters into question marks once, instead of at every poll:
 * searching twelve thousand characters for them takes longer than a poll that finds nothing. For
 * statements without a list as a parameter, which change with the list's length. Thread-safe.
 */
final class PreparedOnce implements SqlPrepareStatementStrategy {

  private final SqlPrepareStatementStrategy every = new DefaultSqlPrepareStatementStrategy();
  private final Map<String, String> prepared = new ConcurrentHashMap<>();
  private final UnaryOperator<String> form;

  PreparedOnce() {
    this(UnaryOperator.identity());
  }

  /**
   * @param form what runs, of what the endpoint names; asked at every poll
   */
  PreparedOnce(UnaryOperator<String> form) {
    this.form = form;
  }

  @Override
  public String prepareQuery(String query, boolean allowNamedParameters, Exchange exchange)
      throws SQLException {
    String taken = form.apply(query);
    String known = prepared.get(taken);
    if (known == null) {
      known = every.prepareQuery(taken, allowNamedParameters, exchange);
      prepared.put(taken, known);
    }
    return known;
  }

  @Override
  public Iterator<?> createPopulateIterator(
      String query, String preparedQuery, int expectedParams, Exchange exchange, Object value)
      throws SQLException {
    return every.createPopulateIterator(query, preparedQuery, expectedParams, exchange, value);
  }

  @Override
  public void populateStatement(PreparedStatement statement, Iterator<?> values, int expectedParams)
      throws SQLException {
    every.populateStatement(statement, values, expectedParams);
  }
}
