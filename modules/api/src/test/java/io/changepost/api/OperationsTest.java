package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.changepost.domain.MessageId;
import io.changepost.testkit.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** openapi.yaml is kept true: each operation is called, and each answer is what it says. */
class OperationsTest {

  @Test
  void every_operation_answers_as_the_document_says() {
    TestApi api = TestApi.fresh(TestApi.OPERATOR_KEY);
    Client operator = api.operator();
    Answer organization = operator.post("/organizations", "{\"name\":\"Builders\"}");
    String keys = "/organizations/" + organization.id() + "/keys";
    Client client = api.withKey(organization.text("key"));
    operator.get("/organizations");
    Answer key = operator.post(keys, null);
    operator.get(keys);
    operator.delete(keys + "/" + key.body().get("keyId").asLong());
    api.anonymous().post("/tokens", "{\"apiKey\":\"" + organization.text("key") + "\"}");
    api.anonymous().get("/openapi.yaml");
    operator.put("/companies/12", "{\"name\":\"Painters\",\"trades\":[\"paint\"]}");
    operator.post(
        "/changes",
        "{\"object\":\"Company\",\"action\":\"delete\",\"objectId\":\"12\",\"companyId\":12,"
            + "\"current\":null,\"previous\":{}}");
    client.put("/relations/12", "{\"star\":\"green\"}");
    long data = client.post("/relations/12/data", "{\"name\":\"a\",\"value\":\"b\"}").id();
    client.put("/relations/12/data/" + data, "{\"value\":\"c\"}");
    client.get("/relations");
    client.delete("/relations/12/data/" + data);
    client.delete("/relations/12");
    try (Endpoint endpoint = Endpoint.start()) {
      long webhook =
          client
              .post(
                  "/webhooks",
                  "{\"url\":\""
                      + endpoint.url("/")
                      + "\",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}")
              .id();
      String path = "/webhooks/" + webhook;
      client.get("/webhooks");
      client.get(path);
      client.patch(path, "{\"description\":\"x\"}");
      client.get(path + "/secret");
      client.post(path + "/secret/rotate", null);
      client.post(path + "/test", null);
      MessageId failed = new Seed(api, webhook).failed(10);
      client.get(path + "/deliveries");
      client.get(path + "/activity");
      client.get("/changes/" + failed.changeId() + "/explain?webhookId=" + webhook);
      client.post(
          "/webhooks/preview",
          "{\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
      client.get("/audit");
      client.get("/organization");
      operator.post("/secrets/reseal", null);
      client.get("/deliveries/" + failed.text());
      client.post("/deliveries/" + failed.text() + "/resend", null);
      client.post(path + "/replay", "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"all\"}");
      client.post(path + "/pause", null);
      client.post(path + "/resume", null);
      client.post(path + "/deactivate", null);
      client.post(path + "/activate", null);
      operator.get("/stats");
      operator.post("/pause", null);
      assertThat(operator.get("/stats").body().get("paused").asBoolean()).isTrue();
      operator.post("/resume", null);
      assertThat(operator.get("/stats").body().get("paused").asBoolean()).isFalse();
      client.delete(path);
    }
    TreeSet<String> all = new TreeSet<>();
    api.check.operations().forEach(operation -> all.add(operation.id()));
    assertThat(new TreeSet<>(api.check.called())).isEqualTo(all);
  }

  @Test
  void the_document_is_served_as_it_stands() throws Exception {
    byte[] file =
        Objects.requireNonNull(HttpApi.class.getResourceAsStream("/openapi.yaml")).readAllBytes();
    Answer answer = TestApi.shared().anonymous().get("/openapi.yaml");
    assertThat(answer.text()).isEqualTo(new String(file, StandardCharsets.UTF_8));
  }

  /** What a client may send has its bounds in the document, so that nobody has to find them out. */
  @Test
  void everything_described_has_a_description_and_what_is_sent_has_bounds() throws Exception {
    JsonNode document = new YAMLMapper().readTree(OpenApi.load().text());
    List<String> lacking = new ArrayList<>();
    document
        .at("/components/parameters")
        .properties()
        .forEach(
            parameter -> {
              if (!parameter.getValue().has("description")) {
                lacking.add(parameter.getKey() + " has no description");
              }
            });
    document.get("paths").findValues("requestBody").stream()
        .map(body -> body.at("/content/application~1json"))
        .forEach(
            body -> {
              String schema = body.at("/schema/$ref").textValue();
              if (!body.has("example")) {
                lacking.add(schema + " has no example");
              }
              unbounded(document, document.at(schema.substring(1)), schema, lacking);
            });
    assertThat(lacking).isEmpty();
  }

  private static void unbounded(
      JsonNode document, JsonNode schema, String path, List<String> lacking) {
    if (schema.has("$ref")) {
      unbounded(document, document.at(schema.get("$ref").textValue().substring(1)), path, lacking);
      return;
    }
    String type = schema.path("type").toString();
    boolean bounded =
        schema.has("enum")
            || !(type.contains("string") && !schema.has("maxLength")
                || type.contains("integer") && !(schema.has("minimum") && schema.has("maximum"))
                || type.contains("array") && !schema.has("maxItems"));
    if (!bounded) {
      lacking.add(path + " has no bounds");
    }
    for (String part : List.of("items", "additionalProperties", "then", "else")) {
      if (schema.path(part).isObject()) {
        unbounded(document, schema.get(part), path + "/" + part, lacking);
      }
    }
    schema.path("allOf").forEach(part -> unbounded(document, part, path, lacking));
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                unbounded(document, property.getValue(), path + "/" + property.getKey(), lacking));
  }

  @Test
  void the_start_is_refused_where_handlers_and_operations_differ() {
    List<Operation> operations = OpenApi.load().operations();
    assertThatThrownBy(
            () ->
                new HandlerTable()
                    .add("getStats", request -> Response.noContent())
                    .add("noSuch", request -> Response.noContent())
                    .complete(operations))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("createWebhook")
        .hasMessageContaining("[noSuch]");
  }

  @Test
  void another_organizations_things_are_not_there() {
    TestApi api = TestApi.shared();
    Client owner = api.organization();
    Client other = api.organization();
    long company = api.company();
    owner.put("/relations/" + company, "{\"star\":\"green\"}");
    long data =
        owner.post("/relations/" + company + "/data", "{\"name\":\"a\",\"value\":\"b\"}").id();
    long webhook =
        owner
            .post(
                "/webhooks",
                """
                {"url":"http://127.0.0.1:8999/",
                 "subscriptions":[{"object":"Company","actions":["update"]}]}""")
            .id();
    MessageId delivery = new Seed(api, webhook).failed(10);
    other.put("/relations/" + company, "{\"star\":\"green\"}");
    String missing = other.get("/webhooks/987654321").text();
    for (Operation operation : api.check.operations()) {
      boolean named = operation.path().stream().anyMatch(Operation::isParameter);
      if (operation.access() != Access.ORGANIZATION
          || !named
          || operation.id().equals("putRelation")
          || operation.id().equals("removeRelation")
          || operation.id().equals("addRelationData")) {
        continue;
      }
      String path =
          String.join("/", operation.path())
              .replace("/deliveries/{id}", "/deliveries/" + delivery.text())
              .replace("/webhooks/{id}", "/webhooks/" + webhook)
              .replace("{companyId}", Long.toString(company))
              .replace("{dataId}", Long.toString(data))
              .replace("/{changeId}/explain", "/1/explain?webhookId=" + webhook);
      Answer answer = other.call(operation.method(), path, body(operation.id()));
      assertThat(answer.status()).as("%s %s", operation.id(), answer.text()).isEqualTo(404);
      assertThat(answer.text()).isEqualTo(missing);
    }
    assertThat(other.get("/webhooks").body().get("items")).isEmpty();
    assertThat(other.get("/relations").body().get("items").get(0).get("data")).isEmpty();
    Answer untouched = owner.get("/webhooks/" + webhook);
    assertThat(untouched.text("status")).isEqualTo("active");
    assertThat(untouched.body().get("paused").asBoolean()).isFalse();
    assertThat(owner.get("/deliveries/" + delivery.text()).text("state")).isEqualTo("failed");
  }

  private static String body(String operationId) {
    return switch (operationId) {
      case "updateRelationData" -> "{\"value\":\"x\"}";
      case "updateWebhook" -> "{\"description\":\"x\"}";
      case "replayWebhook" -> "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"all\"}";
      default -> "{}";
    };
  }

  @Test
  void an_organization_has_so_many_keys_at_most() {
    TestApi api = TestApi.shared();
    String keys =
        "/organizations/"
            + api.operator().post("/organizations", "{\"name\":\"Keys\"}").id()
            + "/keys";
    long last = 0;
    for (int i = 1; i < 100; i++) {
      last = api.operator().post(keys, null).body().get("keyId").asLong();
    }
    Answer refused = api.operator().post(keys, null);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("type")).isEqualTo("/problems/key-limit");
    api.operator().delete(keys + "/" + last);
    assertThat(api.operator().post(keys, null).status()).isEqualTo(201);
  }

  @Test
  void organizations_and_keys_come_in_pages() {
    TestApi api = TestApi.fresh(TestApi.OPERATOR_KEY);
    long first = api.operator().post("/organizations", "{\"name\":\"A\"}").id();
    api.operator().post("/organizations", "{\"name\":\"B\"}");
    Answer page = api.operator().get("/organizations?limit=1");
    assertThat(page.body().get("items")).hasSize(1);
    Answer next = api.operator().get("/organizations?cursor=" + page.text("nextCursor"));
    assertThat(next.body().get("items").findValuesAsText("name")).containsExactly("B");
    assertThat(next.body().get("nextCursor").isNull()).isTrue();
    String keys = "/organizations/" + first + "/keys";
    api.operator().post(keys, null);
    assertThat(api.operator().get(keys + "?limit=1").body().get("nextCursor").isNull()).isFalse();
    assertThat(api.operator().get(keys).text()).doesNotContain("hash");
    assertThat(api.operator().get("/organizations/987654321/keys").status()).isEqualTo(404);
    assertThat(api.operator().post("/organizations/987654321/keys", null).status()).isEqualTo(404);
  }
}
