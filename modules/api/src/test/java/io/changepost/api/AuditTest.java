package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Who did what, whichever way it was done. */
class AuditTest {

  private static final String HOOK =
      """
      {"url":"http://127.0.0.1:8999/","headers":{"Authorization":"canary-header"},
       "subscriptions":[{"object":"Company","actions":["create","update"]}]}""";

  private final TestApi api = TestApi.shared();
  private final Client operator = api.operator();

  private static List<JsonNode> entries(Client client, String query) {
    JsonNode items = client.get("/audit" + query).body().get("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  private static List<String> actions(Client client, String query) {
    return entries(client, query).stream().map(entry -> entry.get("action").asText()).toList();
  }

  @Test
  void every_change_of_a_webhook_leaves_an_entry_with_what_was_changed() {
    Answer organization = operator.post("/organizations", "{\"name\":\"Audited\"}");
    Client client = api.withKey(organization.text("key"));
    long id = client.post("/webhooks", HOOK).id();
    String path = "/webhooks/" + id;
    client.patch(path, "{\"description\":\"ERP\"}");
    client.patch(path, "{\"description\":\"ERP\"}");
    client.patch(path, "{\"headers\":{\"Authorization\":\"canary-other\"}}");
    client.patch(path, "{\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
    client.post(path + "/secret/rotate", null);
    client.patch(path, "{\"ed25519\":true}");
    client.post(path + "/pause", null);
    client.post(path + "/resume", null);
    client.post(path + "/deactivate", null);
    client.post(path + "/activate", null);
    client.delete(path);

    assertThat(actions(client, "?webhookId=" + id))
        .containsExactly(
            "webhook.delete",
            "webhook.activate",
            "webhook.inactive",
            "webhook.resume",
            "webhook.pause",
            "secret.create",
            "secret.rotate",
            "webhook.unsubscribe",
            "webhook.update",
            "webhook.update",
            "webhook.subscribe",
            "webhook.create");
    List<JsonNode> all = entries(client, "?webhookId=" + id);
    assertThat(all.get(8).get("detail").toString()).isEqualTo("{\"headers\":\"changed\"}");
    assertThat(all.get(9).get("detail").toString())
        .isEqualTo("{\"description\":{\"to\":\"ERP\",\"from\":null}}");
    assertThat(all.get(2).get("detail").get("reason").asText()).isEqualTo("by administrator");
    assertThat(all)
        .allSatisfy(
            entry -> {
              assertThat(entry.get("subject").asText()).isEqualTo("webhook " + id);
              assertThat(entry.get("actor").asText())
                  .startsWith("key " + organization.body().get("keyId").asLong() + " (cpk_");
            });
    assertThat(all.toString()).doesNotContain("canary").doesNotContain("whsec_");
  }

  @Test
  void an_emergency_rotation_without_overlap_is_told_too() {
    TestApi strict = TestApi.fresh(TestApi.OPERATOR_KEY, java.time.Duration.ZERO);
    Client client = strict.organization();
    long id = client.post("/webhooks", HOOK).id();
    Answer rotated = client.post("/webhooks/" + id + "/secret/rotate", null);
    assertThat(rotated.body().get("previousValidUntil").isNull()).isTrue();
    assertThat(actions(client, "?webhookId=" + id)).startsWith("secret.rotate");
  }

  @Test
  void relations_and_keys_leave_entries_and_the_operator_is_named() {
    Answer organization = operator.post("/organizations", "{\"name\":\"Audited\"}");
    Client client = api.withKey(organization.text("key"));
    String acting = Long.toString(organization.id());
    long company = api.company();
    client.put("/relations/" + company, "{\"star\":\"green\"}");
    client.put("/relations/" + company, "{\"star\":\"green\"}");
    operator.with("X-Organization", acting).put("/relations/" + company, "{\"star\":\"gold\"}");
    long data =
        client
            .post("/relations/" + company + "/data", "{\"name\":\"rate\",\"value\":\"canary\"}")
            .id();
    client.put("/relations/" + company + "/data/" + data, "{\"value\":\"canary 2\"}");
    client.delete("/relations/" + company);
    long key =
        operator.post("/organizations/" + acting + "/keys", null).body().get("keyId").asLong();
    operator.delete("/organizations/" + acting + "/keys/" + key);
    operator.delete("/organizations/" + acting + "/keys/" + key);

    List<JsonNode> all = entries(client, "");
    assertThat(all.stream().map(entry -> entry.get("action").asText()))
        .containsExactlyInAnyOrder(
            "key.revoke",
            "key.create",
            "relation.delete",
            "relation-data.delete",
            "relation-data.update",
            "relation-data.create",
            "relation.update",
            "relation.create",
            "key.create");
    JsonNode starred =
        all.stream()
            .filter(entry -> entry.get("action").asText().equals("relation.update"))
            .findFirst()
            .orElseThrow();
    assertThat(starred.get("actor").asText()).isEqualTo("operator");
    assertThat(starred.get("detail").get("star").toString())
        .isEqualTo("{\"to\":\"gold\",\"from\":\"green\"}");
    assertThat(all.toString()).doesNotContain("canary");
  }

  @Test
  void what_is_done_in_sql_is_told_with_the_role() throws SQLException {
    Answer organization = operator.post("/organizations", "{\"name\":\"Audited\"}");
    Client client = api.withKey(organization.text("key"));
    long company = api.company();
    try (Connection connection = api.database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "insert into changepost.company_relation (organization_id, company_id, star) values ("
              + organization.id()
              + ", "
              + company
              + ", 'black')");
    }
    JsonNode entry = entries(client, "").get(0);
    assertThat(entry.get("action").asText()).isEqualTo("relation.create");
    assertThat(entry.get("actor").asText()).isEqualTo("sql " + api.database.username());
    assertThat(entry.get("detail").get("companyId").asLong()).isEqualTo(company);
  }

  @Test
  void the_log_comes_in_pages_and_each_organization_sees_its_own() {
    Client client = api.organization();
    Client other = api.organization();
    long company = api.company();
    for (String star : List.of("green", "gold", "black")) {
      client.put("/relations/" + company, "{\"star\":\"" + star + "\"}");
    }
    Answer first = client.get("/audit?limit=2");
    assertThat(first.body().get("items")).hasSize(2);
    Answer second = client.get("/audit?limit=2&cursor=" + first.text("nextCursor"));
    assertThat(second.body().get("items").findValuesAsText("action"))
        .containsExactly("relation.create", "key.create");
    assertThat(second.body().get("nextCursor").isNull()).isTrue();
    assertThat(actions(other, "")).containsExactly("key.create");
    assertThat(actions(client, "?until=2026-01-01T00:00:00Z")).isEmpty();
    assertThat(actions(client, "?since=2026-01-01T00:00:00Z")).hasSize(4);
  }
}
