package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who may call what: every operation by every kind of caller. */
class AccessTest {

  private final TestApi api = TestApi.shared();

  private static String path(Operation operation) {
    return operation.path().stream()
        .map(
            segment ->
                segment.equals("{id}")
                        && operation.path().contains("deliveries")
                        && operation.path().indexOf("deliveries") == 1
                    ? "msg_" + "A".repeat(32)
                    : Operation.isParameter(segment) ? "987654321" : segment)
        .collect(Collectors.joining("/"));
  }

  private Answer call(Client client, Operation operation) {
    boolean body = operation.input().body() != null;
    return client.call(operation.method(), path(operation), body ? "{}" : null);
  }

  @Test
  void without_a_key_only_public_operations_answer() {
    for (Operation operation : api.check.operations()) {
      Answer answer = call(api.anonymous(), operation);
      if (operation.access() == Access.PUBLIC) {
        assertThat(answer.status()).as(operation.id()).isNotEqualTo(401);
      } else {
        assertThat(answer.status()).as(operation.id()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("Bearer realm=\"changepost\"");
      }
    }
  }

  @Test
  void an_organizations_key_opens_no_operation_of_the_operator() {
    Client organization = api.organization();
    for (Operation operation : api.check.operations()) {
      int status = call(organization, operation).status();
      if (operation.access() == Access.OPERATOR) {
        assertThat(status).as(operation.id()).isEqualTo(403);
      } else {
        assertThat(status).as(operation.id()).isNotIn(401, 403, 500);
      }
    }
  }

  @Test
  void the_operator_must_say_for_whom_it_acts() {
    for (Operation operation : api.check.operations()) {
      int status = call(api.operator(), operation).status();
      if (operation.access() == Access.ORGANIZATION) {
        assertThat(status).as(operation.id()).isEqualTo(403);
      } else {
        assertThat(status).as(operation.id()).isNotIn(401, 403, 500);
      }
    }
  }

  @Test
  void the_operator_acts_for_the_organization_it_names() {
    long id = api.operator().post("/organizations", "{\"name\":\"Named\"}").id();
    Client acting = api.operator().with("X-Organization", Long.toString(id));
    assertThat(acting.get("/webhooks").status()).isEqualTo(200);
    assertThat(api.operator().with("X-Organization", "987654321").get("/webhooks").status())
        .isEqualTo(404);
    assertThat(api.operator().with("X-Organization", "x").get("/webhooks").status()).isEqualTo(400);
  }

  @Test
  void an_organization_cannot_name_another() {
    Answer other = api.operator().post("/organizations", "{\"name\":\"Other\"}");
    Answer own = api.operator().post("/organizations", "{\"name\":\"Own\"}");
    Client client = api.withKey(own.text("key"));
    assertThat(client.with("X-Organization", other.text("id")).get("/webhooks").status())
        .isEqualTo(404);
    assertThat(client.with("X-Organization", own.text("id")).get("/webhooks").status())
        .isEqualTo(200);
  }

  @Test
  void an_id_that_no_organization_has_is_not_found_however_large_and_no_id_is_malformed() {
    for (String id : List.of("987654321", "9223372036854775807")) {
      assertThat(api.operator().with("X-Organization", id).get("/webhooks").status())
          .as(id)
          .isEqualTo(404);
    }
    for (String id : List.of("", "0", "-1", "01", "x", "9223372036854775808")) {
      Answer answer = api.operator().with("X-Organization", id).get("/webhooks");
      assertThat(answer.status()).as(id).isEqualTo(400);
      assertThat(answer.errorFields()).containsExactly("X-Organization");
    }
  }

  @Test
  void every_wrong_key_gets_the_same_answer() {
    TestApi own = TestApi.fresh(TestApi.OPERATOR_KEY);
    Answer organization = own.operator().post("/organizations", "{\"name\":\"Gone\"}");
    String key = organization.text("key");
    String revoked =
        "/organizations/"
            + organization.id()
            + "/keys/"
            + organization.body().get("keyId").asLong();
    String token = own.anonymous().post("/tokens", "{\"apiKey\":\"" + key + "\"}").text("token");
    assertThat(own.withKey(key).get("/webhooks").status()).isEqualTo(200);
    assertThat(own.anonymous().with("X-Auth-Token", token).get("/webhooks").status())
        .isEqualTo(200);
    assertThat(own.operator().delete(revoked).status()).isEqualTo(204);
    assertThat(own.operator().delete(revoked).status()).isEqualTo(204);
    List<Answer> answers =
        List.of(
            own.anonymous().get("/webhooks"),
            own.withKey(key).get("/webhooks"),
            own.withKey("cpk_nonsense").get("/webhooks"),
            own.withKey("").get("/webhooks"),
            own.withKey("x".repeat(5000)).get("/webhooks"),
            own.anonymous().with("Authorization", "Basic " + key).get("/webhooks"),
            own.anonymous().with("X-Auth-Token", token).get("/webhooks"),
            own.anonymous().with("X-Auth-Token", "cpt_nonsense").get("/webhooks"),
            own.withKey(key).with("Authorization", "Bearer other").get("/webhooks"),
            own.withKey("cpk_nonsense").with("X-Auth-Token", token).get("/webhooks"),
            own.anonymous()
                .with("X-Auth-Token", token)
                .with("X-Auth-Token", token)
                .get("/webhooks"),
            own.anonymous().post("/tokens", "{\"apiKey\":\"" + key + "\"}"));
    assertThat(answers.stream().map(Answer::status).collect(Collectors.toSet()))
        .isEqualTo(Set.of(401));
    assertThat(answers.stream().map(Answer::text).collect(Collectors.toSet())).hasSize(1);
  }

  @Test
  void a_key_in_the_query_is_not_accepted() {
    Answer answer = api.anonymous().get("/webhooks?apiKey=" + TestApi.OPERATOR_KEY);
    assertThat(answer.status()).isEqualTo(401);
  }

  @Test
  void wrong_keys_are_slowed_down_and_a_right_one_never() {
    TestApi own = TestApi.fresh(TestApi.OPERATOR_KEY);
    for (int i = 0; i < 20; i++) {
      assertThat(own.withKey("wrong" + i).get("/stats").status()).isEqualTo(401);
    }
    Answer slowed = own.withKey("wrong").get("/stats");
    assertThat(slowed.status()).isEqualTo(429);
    assertThat(Integer.parseInt(slowed.header("Retry-After").orElseThrow())).isBetween(1, 60);
    assertThat(own.operator().get("/stats").status()).isEqualTo(200);
    assertThat(own.operator().with("X-Auth-Token", "cpt_wrong").get("/stats").status())
        .isEqualTo(200);
    assertThat(own.anonymous().get("/stats").status()).isEqualTo(401);
  }

  @Test
  void a_token_stands_for_its_key() {
    Answer organization = api.operator().post("/organizations", "{\"name\":\"Tokens\"}");
    Answer token =
        api.anonymous().post("/tokens", "{\"apiKey\":\"" + organization.text("key") + "\"}");
    assertThat(token.status()).isEqualTo(200);
    Client client = api.anonymous().with("X-Auth-Token", token.text("token"));
    assertThat(client.get("/webhooks").status()).isEqualTo(200);
    assertThat(client.get("/stats").status()).isEqualTo(403);
    Answer operator =
        api.anonymous().post("/tokens", "{\"apiKey\":\"" + TestApi.OPERATOR_KEY + "\"}");
    assertThat(api.anonymous().with("X-Auth-Token", operator.text("token")).get("/stats").status())
        .isEqualTo(200);
  }

  @Test
  void the_operators_key_is_made_once_where_no_setting_gives_it() {
    TestApi own = TestApi.fresh(null);
    var keys = new io.changepost.persistence.access.KeyStore(own.stores);
    String key = keys.operatorKeyOrNew().orElseThrow();
    assertThat(keys.operatorKeyOrNew()).isEmpty();
    assertThat(own.withKey(key).get("/stats").status()).isEqualTo(200);
    assertThat(own.operator().get("/stats").status()).isEqualTo(401);
  }
}
