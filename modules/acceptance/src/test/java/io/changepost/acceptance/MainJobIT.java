package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job: what changes in the five tables arrives where it belongs, and nowhere else. */
class MainJobIT {

  private static final Duration SOON = Duration.ofSeconds(20);

  private static TestDatabase database;
  private static Receiver receiver;
  private static Product product;
  private static Organization builder;
  private static Organization rival;
  private static JsonNode hook;

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    receiver = new Receiver();
    product = new Product(database, Map.of()).start();
    builder = product.organization("Bouwbedrijf Jansen");
    rival = product.organization("Rival");
    hook = builder.webhook(receiver.url("/builder"));
    rival.webhook(receiver.url("/rival"));
  }

  @AfterAll
  static void stop() {
    product.close();
    receiver.close();
  }

  private static long company(String name) {
    return insert("insert into changepost.company (name) values ('" + name + "') returning id");
  }

  private static long insert(String sql) {
    try (var connection = database.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static Received arrived(String path, String object, String action, String objectId) {
    return await(object + " " + action + " " + objectId + " at " + path)
        .atMost(SOON)
        .until(() -> find(path, object, action, objectId), found -> !found.isEmpty())
        .get(0);
  }

  private static List<Received> find(String path, String object, String action, String objectId) {
    return receiver.at(path).stream()
        .filter(
            received -> {
              JsonNode body = received.json();
              return body.get("object").asText().equals(object)
                  && body.get("action").asText().equals(action)
                  && body.get("objectId").asText().equals(objectId);
            })
        .toList();
  }

  @Test
  void an_update_of_a_starred_company_arrives_signed_with_both_rows() {
    long id = company("Loodgieter Ümlaut");
    builder.star(id, "green");
    database.execute("update changepost.company set city = 'Brédà €' where id = " + id);

    Received received = arrived("/builder", "Company", "update", Long.toString(id));
    JsonNode body = received.json();
    assertThat(Verify.signed(received, hook.get("secret").asText())).isTrue();
    assertThat(received.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("webhook-attempt", "1");
    assertThat(received.headers().get("user-agent")).startsWith("Changepost/");
    assertThat(body.get("id").asText()).isEqualTo(received.id());
    assertThat(body.get("webhookId").asLong()).isEqualTo(hook.get("id").asLong());
    assertThat(body.get("changeId").asLong()).isPositive();
    assertThat(body.get("timestamp").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    assertThat(Instant.parse(body.get("timestamp").asText())).isBefore(Instant.now());
    assertThat(body.get("current").get("city").asText()).isEqualTo("Brédà €");
    assertThat(body.get("current").get("name").asText()).isEqualTo("Loodgieter Ümlaut");
    assertThat(body.get("previous").get("city").isNull()).isTrue();
    assertThat(body.get("current").has("website")).as("nulls are present").isTrue();
  }

  @Test
  void a_company_without_a_star_is_not_told() {
    long unstarred = company("Unknown");
    long starred = company("Known");
    builder.star(starred, "gold");
    database.execute("update changepost.company set phone = '1' where id = " + unstarred);
    database.execute("update changepost.company set phone = '1' where id = " + starred);

    arrived("/builder", "Company", "update", Long.toString(starred));
    assertThat(find("/builder", "Company", "update", Long.toString(unstarred))).isEmpty();
  }

  @Test
  void what_belongs_to_one_organization_is_told_to_that_one_alone() {
    long id = company("Shared");
    builder.star(id, "black");
    rival.star(id, "green");
    long message =
        insert(
            "insert into changepost.message (organization_id, company_id, subject, body) values ("
                + builder.id()
                + ", "
                + id
                + ", 'Offer', 'secret') returning id");
    JsonNode data =
        builder.post("/relations/" + id + "/data", "{\"name\":\"erp\",\"value\":\"4711\"}");
    long document =
        insert(
            "insert into changepost.document (company_id, name) values ("
                + id
                + ", 'Permit') returning id");

    arrived("/builder", "Message", "create", Long.toString(message));
    arrived("/builder", "CompanyRelationData", "create", data.get("id").asText());
    arrived("/builder", "Document", "create", Long.toString(document));
    arrived("/rival", "Document", "create", Long.toString(document));
    assertThat(find("/rival", "Message", "create", Long.toString(message))).isEmpty();
    assertThat(find("/rival", "CompanyRelationData", "create", data.get("id").asText())).isEmpty();
  }

  @Test
  void the_end_of_a_relation_is_told() {
    long id = company("Ending");
    builder.star(id, "green");
    long relation = insert("select id from changepost.company_relation where company_id = " + id);
    builder.product().call("DELETE", builder.key(), "/relations/" + id, null);

    Received received = arrived("/builder", "CompanyRelation", "delete", Long.toString(relation));
    assertThat(received.json().get("current").isNull()).isTrue();
    assertThat(received.json().get("previous").get("star").asText()).isEqualTo("green");
    assertThat(received.json().get("previous").has("organizationId")).isTrue();
  }

  @Test
  void a_rolled_back_change_leaves_nothing() throws Exception {
    long id = company("Rolled back");
    builder.star(id, "green");
    try (var connection = database.connect();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("update changepost.company set phone = 'never' where id = " + id);
      connection.rollback();
    }
    database.execute("update changepost.company set phone = 'after' where id = " + id);

    arrived("/builder", "Company", "update", Long.toString(id));
    assertThat(receiver.at("/builder"))
        .noneMatch(received -> received.text().contains("\"never\""));
  }

  @Test
  void a_table_of_the_host_is_watched_and_its_digits_are_kept() {
    database.execute(
        "create table supplier (id bigint primary key, rate numeric, note json);"
            + "select changepost.watch('public.supplier', object => 'Company', company_id => 'id')");
    long id = company("Watched");
    builder.star(id, "green");
    database.execute(
        "insert into supplier values ("
            + id
            + ", 12345678901234567890.1234567890123456789, '{\"a\": \"\\u0000\"}')");

    await().atMost(SOON).until(() -> !find("/builder", "Company", "create", "" + id).isEmpty());
    String text =
        find("/builder", "Company", "create", "" + id).stream()
            .map(Received::text)
            .filter(body -> body.contains("rate"))
            .findFirst()
            .orElseThrow();
    assertThat(text)
        .contains("\"rate\":12345678901234567890.1234567890123456789")
        .contains("{\"a\": \"\\u0000\"}");
  }

  @Test
  void published_changes_arrive_as_they_were_given() {
    long id = company("Published");
    builder.star(id, "green");
    product.post(
        Product.OPERATOR_KEY,
        "/changes",
        """
        {"object":"Document","action":"create","objectId":"doc-9","companyId":%d,
         "current":{"amount_total":1.10,"big":123456789012345678901234567890},"previous":null,
         "occurredAt":"2026-01-02T03:04:05.678901Z"}"""
            .formatted(id));
    insert(
        "select changepost.publish(object => 'Document', action => 'create', object_id => '77',"
            + " company_id => "
            + id
            + ", organization_id => null, current => '{\"name\": \"x\"}', previous => null)");

    Received http = arrived("/builder", "Document", "create", "doc-9");
    assertThat(http.text())
        .contains("\"amount_total\":1.10,\"big\":123456789012345678901234567890");
    assertThat(http.json().get("timestamp").asText()).isEqualTo("2026-01-02T03:04:05.678901Z");
    assertThat(arrived("/builder", "Document", "create", "77").text())
        .contains("{\"name\": \"x\"}");
  }
}
