package io.changepost.routing;

import io.changepost.domain.Action;
import io.changepost.domain.ChangeObject;
import io.changepost.domain.SigningSecret;
import io.changepost.persistence.Database;
import io.changepost.persistence.DatabaseSettings;
import io.changepost.persistence.SecretBox;
import io.changepost.persistence.SqlFile;
import io.changepost.persistence.delivery.ClaimPlan;
import io.changepost.persistence.delivery.ClaimedBatch;
import io.changepost.persistence.delivery.ClaimedRowMapper;
import io.changepost.persistence.delivery.RetentionStore;
import io.changepost.persistence.webhook.Subscription;
import io.changepost.persistence.webhook.Webhook;
import io.changepost.persistence.webhook.WebhookStore;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database with one organization, one contact and, when asked for, webhooks and changes. */
final class Platform implements AutoCloseable {

  static final int POOL_SIZE = 4;

  final Database database;
  final SecretBox box = SecretBox.parse(SecretBox.newKey());
  final SigningSecret secret = SigningSecret.generate(new SecureRandom());
  final long organization;
  final long company;

  private Platform(Database database) {
    this.database = database;
    for (String table : List.of("company", "company_relation")) {
      // The scenery is not the change.
      update("alter table changepost." + table + " disable trigger user");
    }
    organization =
        id("insert into changepost.organization (name) values ('a contractor') returning id");
    company = id("insert into changepost.company (name) values ('a company') returning id");
    update(
        """
        insert into changepost.company_relation (organization_id, company_id, star, starred_at)
        values (?, ?, 'green', clock_timestamp())
        """,
        organization,
        company);
    update("alter table changepost.company enable trigger user");
  }

  static Platform open() {
    TestDatabase fresh = TestPostgres.freshDatabase();
    Database database =
        Database.open(
            new DatabaseSettings(fresh.url(), fresh.username(), fresh.password(), POOL_SIZE));
    database.migrate();
    new RetentionStore(database.senderPool()).ensurePartitions();
    return new Platform(database);
  }

  /** An active webhook that is told when a company is updated. */
  long webhook(String url) {
    return webhook(url, Map.of());
  }

  /** The same with headers of the customer's own. */
  long webhook(String url, Map<String, String> headers) {
    Webhook.Settings settings =
        new Webhook.Settings(
            url,
            null,
            List.of(new Subscription(ChangeObject.COMPANY, Set.of(Action.UPDATE))),
            headers,
            false,
            false);
    WebhookStore.Creation creation =
        new WebhookStore(database, box)
            .create(organization, settings, secret, new WebhookStore.Limits(10, 3_000));
    return ((WebhookStore.Creation.Created) creation).webhook().id();
  }

  /** Changes the company, as its owner would. */
  void changes(int number) {
    for (int i = 1; i <= number; i++) {
      update("update changepost.company set name = 'a company ' || ? where id = ?", i, company);
    }
  }

  /** The same in one transaction, so that all are there at once. */
  void changesAtOnce(int number) {
    update(
        """
        do $$ begin
          for i in 1..%d loop
            update changepost.company set name = 'at once ' || i where id = %d;
          end loop;
        end $$"""
            .formatted(number, company));
  }

  ClaimedBatch fanOut(ClaimPlan plan) {
    String sql =
        SqlFile.read("fan-out/filter-by-subscriptions")
            .replace(":#${bean:fanOut?method=plan}", "?");
    return ClaimedBatch.read(
        new JdbcTemplate(database.apiPool()).query(sql, new ClaimedRowMapper(), plan.json()));
  }

  int count(String from) {
    return ((Number) one("select count(*) from changepost." + from)).intValue();
  }

  /** The first column of the one row. */
  Object one(String sql, Object... parameters) {
    return rows(sql, parameters).get(0).values().iterator().next();
  }

  private long id(String sql) {
    return ((Number) one(sql)).longValue();
  }

  void update(String sql, Object... parameters) {
    try (Connection connection = database.apiPool().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  List<Map<String, Object>> rows(String sql, Object... parameters) {
    try (Connection connection = database.apiPool().getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      List<Map<String, Object>> found = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        ResultSetMetaData columns = rows.getMetaData();
        while (rows.next()) {
          Map<String, Object> row = new LinkedHashMap<>();
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            row.put(columns.getColumnLabel(i), rows.getObject(i));
          }
          found.add(row);
        }
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException("failed: " + sql, e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
