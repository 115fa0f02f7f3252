package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and how. */
class ErrorsTest {

  private final TestApi api = TestApi.shared();

  private Answer raw(String contentType, byte[] body) {
    return api.operator()
        .send(
            "POST",
            "/organizations",
            HttpRequest.BodyPublishers.ofByteArray(body),
            List.of("Content-Type", contentType));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "{\"name\":\"a\"}x",
        "{\"name\":\"a\"}{}",
        "{\"name\":\"a\",}",
        "{name:1}",
        "{'name':'a'}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "// c\n{\"name\":\"a\"}",
        "{\"name\":NaN}",
        "\uFEFF{\"name\":\"a\"}",
        "{\"name\":\"\\ud83d\\u00\"}",
        "{\"name\":\"a\u0001\"}",
        "nul",
        "{\"name\":1e999999999}",
        "{\"name\":1e99999999999}",
        "{\"name\":1e2147483648}",
        "{\"name\":1e-2147483648}",
        "{\"name\":[{}]}",
        "[]",
        "null",
        "\"name\"",
        "{}",
        "{\"name\":null}",
        "{\"name\":\"a\",\"id\":1}",
        "{\"name\":\"a\",\"__proto__\":{}}",
        "{\"name\":{\"a\":1}}"
      })
  void malformed_bodies_are_400(String body) {
    Answer answer = api.operator().post("/organizations", body);
    assertThat(answer.status()).as(body).isEqualTo(400);
    assertThat(answer.errorFields()).isNotEmpty();
  }

  @Test
  void a_body_that_ends_too_early_is_told_in_plain_words() {
    String told = api.operator().post("/organizations", "{\"name\":\"a\"").text();
    assertThat(told).contains("The body is not valid JSON", "line: 1, column: 1");
    assertThat(told).doesNotContain("REDACTED", "Source");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/webhooks/preview | {'subscriptions':[]} | needs at least one entry",
        "/webhooks/preview | {'subscriptions':[{'object':'Compny','actions':['create']}]} | must be one of Company, CompanyRelation,",
        "/webhooks/preview | {'subscriptions':[{'object':'Company','actions':['create','create']}]} | has an entry twice",
        "/webhooks/1/replay | {'since':'2026-11-20T00:00:00Z','which':'lost'} | must be one of failed, missed, all",
        "/organizations | {'name':''} | must not be empty",
      })
  void a_refused_value_is_told_in_plain_words(String path, String body, String told) {
    Client client = path.equals("/organizations") ? api.operator() : api.organization();
    assertThat(client.post(path, body.replace('\'', '"')).text()).contains(told);
  }

  @Test
  void a_number_or_a_list_beyond_its_bounds_is_told_with_the_bound() {
    Client client = api.organization();
    assertThat(client.get("/webhooks?limit=0").text()).contains("must be at least 1");
    assertThat(client.get("/webhooks?limit=1000").text()).contains("must be at most 200");
    String actions = "\"create\",\"update\",\"delete\",\"create\"";
    assertThat(
            client
                .post(
                    "/webhooks/preview",
                    "{\"subscriptions\":[{\"object\":\"Company\",\"actions\":[%s]}]}"
                        .formatted(actions))
                .text())
        .containsAnyOf("may have at most 3 entries, but has 4", "has an entry twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"name\":\"\"}", "{\"name\":\"a\\u0000b\"}", "{\"name\":\"\\ud800\"}"})
  void values_that_cannot_be_kept_are_422(String body) {
    Answer answer = api.operator().post("/organizations", body);
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errorFields()).containsExactly("name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "\"a\\u0000b\""})
  void a_refused_value_does_not_make_the_other_fields_unknown(String name) {
    Answer answer =
        api.operator().put("/companies/555100", "{\"name\":" + name + ",\"phone\":\"015\"}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errorFields()).containsExactly("name");
  }

  @Test
  void an_unknown_field_beside_a_refused_value_is_told_as_well() {
    Answer answer =
        api.operator().put("/companies/555100", "{\"name\":\"\",\"phone\":\"015\",\"fone\":\"1\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorFields()).containsExactly("fone", "name");
  }

  @Test
  void depth_numbers_and_bytes_have_limits() {
    assertThat(
            raw("application/json", "[".repeat(100_000).getBytes(StandardCharsets.UTF_8)).status())
        .isEqualTo(400);
    assertThat(
            api.operator().post("/organizations", "{\"name\":" + "9".repeat(10_000) + "}").status())
        .isEqualTo(400);
    assertThat(raw("application/json", new byte[] {'{', '"', (byte) 0xff, '"'}).status())
        .isEqualTo(400);
    assertThat(
            raw("application/json", "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_16)).status())
        .isEqualTo(400);
  }

  @Test
  void a_body_over_1_mib_is_413() {
    String tooLarge = "{\"name\":\"" + "a".repeat(1024 * 1024) + "\"}";
    assertThat(api.operator().post("/organizations", tooLarge).status()).isEqualTo(413);
    String fits = "{\"name\":\"" + "a".repeat(1024 * 1024 - 11) + "\"}";
    assertThat(api.operator().post("/organizations", fits).status()).isEqualTo(422);
    byte[] chunked = tooLarge.getBytes(StandardCharsets.UTF_8);
    Answer answer =
        api.operator()
            .send(
                "POST",
                "/organizations",
                HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(chunked)),
                List.of("Content-Type", "application/json"));
    assertThat(answer.status()).isEqualTo(413);
  }

  @Test
  void other_content_types_are_415() {
    byte[] body = "{\"name\":\"a\"}".getBytes(StandardCharsets.UTF_8);
    for (String type :
        List.of(
            "text/plain",
            "application/xml",
            "application/json;charset=latin1",
            "application/jsonx")) {
      assertThat(raw(type, body).status()).as(type).isEqualTo(415);
    }
    for (String type :
        List.of(
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"")) {
      assertThat(raw(type, body).status()).as(type).isEqualTo(201);
    }
  }

  @Test
  void unknown_fields_are_named() {
    Client organization = api.organization();
    Answer answer =
        organization.post(
            "/webhooks",
            """
            {"url":"https://example.org/","tenantId":1,"secret":"x",
             "subscriptions":[{"object":"Company","actions":["create"],"star":"gold"}]}""");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.errorFields())
        .containsExactlyInAnyOrder("tenantId", "secret", "subscriptions[0].star");
  }

  @Test
  void unknown_objects_and_actions_are_named() {
    Answer answer =
        api.organization()
            .post(
                "/webhooks",
                """
                {"url":"https://example.org/",
                 "subscriptions":[{"object":"Invoice","actions":["explode"]}]}""");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.errorFields())
        .containsExactlyInAnyOrder("subscriptions[0].object", "subscriptions[0].actions[0]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/webhooks/",
        "//webhooks",
        "/webhooks/7;x=1",
        "/webhooks/7%00",
        "/Webhooks",
        "/webhooks/..%2f..%2fadmin",
        "/webhooks/0",
        "/webhooks/-1",
        "/webhooks/1.0",
        "/webhooks/x",
        "/webhooks/99999999999999999999",
        "/deliveries/1",
        "/deliveries/msg_x",
        "/deliveries/%20"
      })
  void paths_that_name_nothing_are_404(String path) {
    assertThat(api.organization().get(path).status()).as(path).isEqualTo(404);
  }

  @Test
  void other_methods_are_405_with_those_allowed() {
    for (String method : List.of("PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND")) {
      if (!method.equals("TRACE")) {
        Answer answer = api.organization().call(method, "/webhooks", null);
        assertThat(answer.status()).as(method).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET, POST");
      }
    }
    Answer overridden =
        api.organization()
            .with("X-HTTP-Method-Override", "DELETE")
            .call("POST", "/webhooks/1", null);
    assertThat(overridden.status()).isEqualTo(405);
  }

  @Test
  void query_parameters_are_judged() {
    Client organization = api.organization();
    assertThat(organization.get("/webhooks?limit=abc").status()).isEqualTo(400);
    assertThat(organization.get("/webhooks?limit=1&limit=2").status()).isEqualTo(400);
    assertThat(organization.get("/webhooks?limit=0").status()).isEqualTo(422);
    assertThat(organization.get("/webhooks?limit=201").status()).isEqualTo(422);
    assertThat(organization.get("/webhooks?cursor=%27%3B--").status()).isEqualTo(400);
    assertThat(organization.get("/webhooks?cursor=AAAA").status()).isEqualTo(400);
    assertThat(organization.get("/webhooks?id=9").status()).isEqualTo(400);
    assertThat(organization.get("/webhooks?CamelHttpUri=x").errorFields())
        .containsExactly("CamelHttpUri");
    assertThat(organization.get("/relations?star=pink").errorFields()).containsExactly("star");
    assertThat(organization.get("/webhooks?limit=200&cursor=").status()).isEqualTo(200);
  }

  @Test
  void nothing_a_client_sends_comes_back_as_a_header() {
    Answer answer =
        api.organization()
            .with("X-Canary", "canary", "CamelSqlQuery", "select 1", "CamelHttpUri", "http://x/")
            .get("/webhooks");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers().map().keySet())
        .allMatch(
            name ->
                List.of("cache-control", "content-length", "content-type", "x-content-type-options")
                    .contains(name));
  }

  @Test
  void an_empty_object_is_no_body_and_fields_are_refused() {
    Client organization = api.organization();
    assertThat(organization.post("/webhooks/1/activate", "{}").status()).isEqualTo(404);
    assertThat(organization.post("/webhooks/1/activate", "{\"force\":true}").status())
        .isEqualTo(400);
  }

  @Test
  void without_its_database_it_says_503_and_when_to_come_back() {
    TestApi away = TestApi.withoutDatabase();
    Answer answer = away.withKey("cpk_any").get("/webhooks");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("Retry-After")).contains("5");
    assertThat(answer.text()).doesNotContain("127.0.0.1");
  }
}
