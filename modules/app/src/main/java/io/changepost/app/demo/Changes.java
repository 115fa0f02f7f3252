package io.changepost.app.demo;

import io.changepost.app.demo.SampleData.Company;
import io.changepost.persistence.DatabaseSettings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Changes the five tables by plain SQL, as a host application does, one after the other in a fixed
 * rotation. Each makes one captured change and enters it in the ledger. Not thread-safe.
 */
final class Changes implements AutoCloseable {

  private static final List<String> CITIES =
      List.of("Zeist", "Breda", "Assen", "Hoorn", "Tiel", "Venlo", "Goes");
  private static final List<String> STARS = List.of("gold", "black", "green");

  private final Connection connection;
  private final Ledger ledger;
  private final Print print;
  private final List<Step> rotation =
      List.of(
          this::moveCompany,
          this::addDocument,
          this::moveUnstarred,
          this::addData,
          this::sendMessage,
          this::changeStar,
          this::renewDocument,
          this::updateData,
          this::removeDocument,
          this::phoneCompany);
  private int count;

  private interface Step {
    void make() throws SQLException;
  }

  Changes(DatabaseSettings where, Ledger ledger, Print print) throws SQLException {
    this.ledger = ledger;
    this.print = print;
    connection = DriverManager.getConnection(where.url(), where.username(), where.password());
    connection.setAutoCommit(false);
  }

  /** Makes the next change; it is committed when this returns. */
  void makeNext() throws SQLException {
    rotation.get(count % rotation.size()).make();
    count++;
  }

  /** Whether the sender has nothing left to do, so that nothing more can arrive. */
  boolean nothingWaits() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select not exists (select from changepost.outbox)"
                    + " and not exists (select from changepost.lease)"
                    + " and not exists (select from changepost.delivery)")) {
      row.next();
      boolean nothing = row.getBoolean(1);
      connection.commit();
      return nothing;
    }
  }

  private void moveCompany() throws SQLException {
    Company company = company();
    String from = text("select city from changepost.company where id = ?", company.id());
    String to = otherCity(from);
    run("update changepost.company set city = ? where id = ?", to, company.id());
    commit("Company update " + quoted(company) + ": city " + from + " → " + to);
  }

  private void phoneCompany() throws SQLException {
    Company company = company();
    String to = "030 555 " + (1000 + count);
    run("update changepost.company set phone = ? where id = ?", to, company.id());
    commit("Company update " + quoted(company) + ": phone " + to);
  }

  private void moveUnstarred() throws SQLException {
    Company company = SampleData.UNSTARRED;
    String from = text("select city from changepost.company where id = ?", company.id());
    String to = otherCity(from);
    run("update changepost.company set city = ? where id = ?", to, company.id());
    ledger.expectNothing();
    print.line(
        Print.Kind.CHANGE,
        "Company update " + quoted(company) + ": no star, so no message for this one");
    connection.commit();
  }

  private void addDocument() throws SQLException {
    Company company = company();
    run(
        "insert into changepost.document (company_id, name, url, valid_until)"
            + " values (?, ?, 'https://example.com/vca.pdf', current_date + 365)",
        company.id(),
        "VCA-certificaat " + (count + 1));
    commit("Document create for " + quoted(company) + ": VCA-certificaat " + (count + 1));
  }

  private void renewDocument() throws SQLException {
    run(
        "update changepost.document set valid_until = valid_until + 365"
            + " where id = (select max(id) from changepost.document)");
    commit("Document update: valid a year longer");
  }

  private void removeDocument() throws SQLException {
    run(
        "delete from changepost.document"
            + " where id = (select max(id) from changepost.document)");
    commit("Document delete: the certificate was withdrawn");
  }

  private void addData() throws SQLException {
    Company company = company();
    run(
        "insert into changepost.company_relation_data (relation_id, name, value)"
            + " select id, ?, 'Sanne de Boer' from changepost.company_relation where company_id = ?",
        "contactpersoon " + (count + 1),
        company.id());
    commit("CompanyRelationData create for " + quoted(company) + ": contactpersoon Sanne de Boer");
  }

  private void updateData() throws SQLException {
    run(
        "update changepost.company_relation_data set value = ?"
            + " where id = (select max(id) from changepost.company_relation_data)",
        "Pieter Smit");
    commit("CompanyRelationData update: contactpersoon Sanne de Boer → Pieter Smit");
  }

  private void sendMessage() throws SQLException {
    Company company = company();
    run(
        "insert into changepost.message (organization_id, company_id, subject, body)"
            + " select organization_id, company_id, 'Offerte', 'De offerte staat klaar.'"
            + " from changepost.company_relation where company_id = ?",
        company.id());
    commit("Message create from " + quoted(company) + ": Offerte");
  }

  private void changeStar() throws SQLException {
    Company company = company();
    String from =
        text("select star from changepost.company_relation where company_id = ?", company.id());
    String to = STARS.get((STARS.indexOf(from) + 1) % STARS.size());
    run("update changepost.company_relation set star = ? where company_id = ?", to, company.id());
    commit("CompanyRelation update " + quoted(company) + ": star " + from + " → " + to);
  }

  private Company company() {
    // Each round begins one company further, or each step would always meet the same ones.
    int at = count + count / rotation.size();
    return SampleData.STARRED.get(at % SampleData.STARRED.size());
  }

  private static String quoted(Company company) {
    return '"' + company.name() + '"';
  }

  private static String otherCity(String from) {
    return CITIES.get((CITIES.indexOf(from) + 1) % CITIES.size());
  }

  private void commit(String what) throws SQLException {
    // The trigger took this number in our session; the message carries it.
    long changeId = Long.parseLong(text("select currval('changepost.change_id')"));
    print.line(Print.Kind.CHANGE, what);
    ledger.expect(changeId, System.nanoTime());
    connection.commit();
  }

  private void run(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepared(sql, values)) {
      int rows = statement.executeUpdate();
      if (rows != 1) {
        throw new IllegalStateException(rows + " rows changed instead of one by " + sql);
      }
    }
  }

  private String text(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = prepared(sql, values);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private PreparedStatement prepared(String sql, Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
