package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an organization may choose for a webhook. */
class WebhooksTest {

  private static final String BODY =
      """
      {"url":"http://127.0.0.1:8999/hook","description":"ERP","ordered":true,
       "subscriptions":[{"object":"Document","actions":["delete","create"]},
                        {"object":"Company","actions":["update"]}],
       "headers":{"Authorization":"Bearer canary-\\"quoted\\\\","X-Team":"canary"}}""";

  private final TestApi api = TestApi.shared();

  @Test
  void a_webhook_is_created_with_its_secret_and_masked_headers() {
    Client client = api.organization();
    Answer created = client.post("/webhooks", BODY);
    assertThat(created.status()).as(created.text()).isEqualTo(201);
    assertThat(created.text("secret")).startsWith("whsec_").hasSize(6 + 44);
    assertThat(created.text("status")).isEqualTo("active");
    assertThat(created.body().get("pending").asInt()).isZero();
    assertThat(created.body().get("createdAt").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    Answer read = client.get("/webhooks/" + created.id());
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body().has("secret")).isFalse();
    assertThat(read.text()).doesNotContain("canary");
    assertThat(read.body().get("headers").toString())
        .isEqualTo("{\"Authorization\":\"********\",\"X-Team\":\"********\"}");
    assertThat(read.body().get("subscriptions").toString())
        .isEqualTo(
            "[{\"object\":\"Company\",\"actions\":[\"update\"]},"
                + "{\"object\":\"Document\",\"actions\":[\"create\",\"delete\"]}]");
    assertThat(client.get("/webhooks").body().get("items").get(0)).isEqualTo(read.body());
  }

  @Test
  void a_patch_changes_what_it_names_and_keeps_the_rest() {
    Client client = api.organization();
    long id = client.post("/webhooks", BODY).id();
    JsonNode before = client.get("/webhooks/" + id).body();
    Answer patched =
        client.patch(
            "/webhooks/" + id,
            "{\"description\":null,\"headers\":{\"x-team\":\"new\",\"Authorization\":null}}");
    assertThat(patched.status()).as(patched.text()).isEqualTo(200);
    assertThat(patched.body().get("description").isNull()).isTrue();
    assertThat(patched.body().get("headers").toString()).isEqualTo("{\"x-team\":\"********\"}");
    assertThat(patched.body().get("subscriptions")).isEqualTo(before.get("subscriptions"));
    assertThat(patched.body().get("url")).isEqualTo(before.get("url"));
    assertThat(patched.body().get("ordered").asBoolean()).isTrue();
    Answer more =
        client.patch(
            "/webhooks/" + id,
            """
            {"url":"http://127.0.0.1:8999/other","ordered":false,"headers":null,
             "subscriptions":[{"object":"Message","actions":["create"]}]}""");
    assertThat(more.text("url")).isEqualTo("http://127.0.0.1:8999/other");
    assertThat(more.body().get("headers")).isEmpty();
    assertThat(more.body().get("subscriptions").toString())
        .isEqualTo("[{\"object\":\"Message\",\"actions\":[\"create\"]}]");
    assertThat(client.patch("/webhooks/" + id, "{}").status()).isEqualTo(422);
    assertThat(client.patch("/webhooks/" + id, "{\"status\":\"active\"}").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "https://user:pw@example.org/",
        "ftp://example.org/",
        "http://localhost.:80:80/",
        "/relative",
        "http://[::1]/",
        "x",
        "https://example.org/{{env:HOME}}",
        "https://example.org/${x}"
      })
  void refused_urls_name_the_field(String url) {
    Client client = api.organization();
    Answer answer =
        client.post(
            "/webhooks",
            "{\"url\":\""
                + url
                + "\",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.errorFields()).containsExactly("url");
    assertThat(client.get("/webhooks").body().get("items")).isEmpty();
  }

  @Test
  void a_blocked_address_names_the_setting() {
    Client client = api.organization();
    long id = client.post("/webhooks", BODY).id();
    Answer answer = client.patch("/webhooks/" + id, "{\"url\":\"http://10.1.2.3/\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text("type")).isEqualTo("/problems/blocked-address");
    assertThat(answer.text()).contains("changepost.endpoints.allowed-networks");
    assertThat(client.get("/webhooks/" + id).text("url")).isEqualTo("http://127.0.0.1:8999/hook");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"webhook-id\":\"1\"}",
        "{\"Host\":\"a\"}",
        "{\"X\":\"a\\r\\nb\"}",
        "{\"X Y\":\"a\"}",
        "{\"X\":\"é\"}",
        "{\"X\":\"1\",\"x\":\"2\"}",
        "{\"Content-Length\":\"1\"}"
      })
  void refused_headers_name_the_field(String headers) {
    Answer answer =
        api.organization()
            .post(
                "/webhooks",
                "{\"url\":\"http://127.0.0.1:8999/\",\"headers\":"
                    + headers
                    + ",\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\"]}]}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.errorFields()).containsExactly("headers");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"object\":\"Company\",\"actions\":[]}]",
        "[{\"object\":\"Company\",\"actions\":[\"update\",\"update\"]}]",
        "[{\"object\":\"Company\",\"actions\":[\"update\"]},{\"object\":\"Company\",\"actions\":[\"create\"]}]",
        "[{\"object\":\"Test\",\"actions\":[\"test\"]}]"
      })
  void subscriptions_name_each_object_and_action_once(String subscriptions) {
    Answer answer =
        api.organization()
            .post(
                "/webhooks",
                "{\"url\":\"http://127.0.0.1:8999/\",\"subscriptions\":" + subscriptions + "}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(422);
    assertThat(answer.errorFields()).allMatch(field -> field.startsWith("subscriptions"));
  }

  @Test
  void webhooks_over_the_limit_are_refused_until_one_is_deleted() {
    Client client = api.organization();
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < TestApi.WEBHOOKS_LIMIT; i++) {
      ids.add(client.post("/webhooks", BODY).id());
    }
    Answer refused = client.post("/webhooks", BODY);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().get("limit").asInt()).isEqualTo(TestApi.WEBHOOKS_LIMIT);
    assertThat(refused.text("detail")).contains("changepost.webhooks.limit");
    assertThat(client.delete("/webhooks/" + ids.get(0)).status()).isEqualTo(204);
    assertThat(client.delete("/webhooks/" + ids.get(0)).status()).isEqualTo(404);
    assertThat(client.get("/webhooks/" + ids.get(0)).status()).isEqualTo(404);
    assertThat(client.get("/webhooks/" + ids.get(0) + "/deliveries").status()).isEqualTo(404);
    assertThat(client.get("/webhooks/" + ids.get(0) + "/secret").status()).isEqualTo(404);
    assertThat(client.post("/webhooks", BODY).status()).isEqualTo(201);
  }

  @Test
  void a_secret_is_rotated_with_an_overlap() {
    Client client = api.organization();
    Answer created = client.post("/webhooks", BODY);
    String path = "/webhooks/" + created.id() + "/secret";
    Answer first = client.get(path);
    assertThat(first.text("secret")).isEqualTo(created.text("secret"));
    assertThat(first.body().get("previousValidUntil").isNull()).isTrue();
    Set<String> secrets = new HashSet<>(Set.of(first.text("secret")));
    for (int i = 0; i < 7; i++) {
      Answer rotated = client.post(path + "/rotate", null);
      assertThat(rotated.body().get("previousValidUntil").isNull()).isFalse();
      assertThat(secrets.add(rotated.text("secret"))).isTrue();
      assertThat(client.get(path).body()).isEqualTo(rotated.body());
    }
  }

  @Test
  void inactive_and_paused_are_two_things() {
    Client client = api.organization();
    long id = client.post("/webhooks", BODY).id();
    String path = "/webhooks/" + id;
    Answer off = client.post(path + "/deactivate", null);
    assertThat(off.text("status")).isEqualTo("inactive");
    assertThat(off.text("inactiveReason")).isEqualTo("by administrator");
    assertThat(off.body().get("inactiveSince").isNull()).isFalse();
    assertThat(client.post(path + "/deactivate", null).body().get("inactiveSince"))
        .isEqualTo(off.body().get("inactiveSince"));
    Answer on = client.post(path + "/activate", "{}");
    assertThat(on.text("status")).isEqualTo("active");
    assertThat(on.body().get("inactiveReason").isNull()).isTrue();
    assertThat(client.post(path + "/pause", null).body().get("paused").asBoolean()).isTrue();
    int woken = api.woken.get();
    Answer resumed = client.post(path + "/resume", null);
    assertThat(resumed.body().get("paused").asBoolean()).isFalse();
    assertThat(resumed.text("status")).isEqualTo("active");
    assertThat(api.woken.get()).isGreaterThan(woken);
  }
}
