package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A call that is repeated with its key does its work once. */
class IdempotencyTest {

  private static final String HOOK =
      """
      {"url":"http://127.0.0.1:8999/",
       "subscriptions":[{"object":"Company","actions":["update"]}]}""";

  private final TestApi api = TestApi.shared();

  @Test
  void a_repeated_create_gives_the_first_answer_again() {
    Client client = api.organization();
    Client keyed = client.with("Idempotency-Key", "order-1");
    Answer first = keyed.post("/webhooks", HOOK);
    Answer again = keyed.post("/webhooks", HOOK);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.text()).isEqualTo(first.text());
    assertThat(again.header("Idempotent-Replayed")).contains("true");
    assertThat(first.header("Idempotent-Replayed")).isEmpty();
    assertThat(client.get("/webhooks").body().get("items")).hasSize(1);
  }

  @Test
  void two_at_once_make_one() {
    Client client = api.organization();
    Client keyed = client.with("Idempotency-Key", "at once");
    Set<Long> ids =
        IntStream.range(0, 6)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> keyed.post("/webhooks", HOOK).id()))
            .collect(Collectors.toList())
            .stream()
            .map(CompletableFuture::join)
            .collect(Collectors.toSet());
    assertThat(ids).hasSize(1);
    assertThat(client.get("/webhooks").body().get("items")).hasSize(1);
  }

  @Test
  void another_request_with_the_key_is_a_conflict() {
    Client client = api.organization().with("Idempotency-Key", "order-2");
    client.post("/webhooks", HOOK);
    Answer other = client.post("/webhooks", HOOK.replace("8999", "8998"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("type")).isEqualTo("/problems/idempotency-key");
    assertThat(client.get("/webhooks").body().get("items")).hasSize(1);
  }

  @Test
  void a_refused_call_leaves_its_key_free() {
    Client client = api.organization().with("Idempotency-Key", "order-3");
    long company = api.company();
    client.put("/relations/" + company, "{\"star\":\"green\"}");
    String data = "/relations/" + company + "/data";
    api.organization();
    assertThat(client.post(data, "{\"name\":\"a\",\"value\":\"1\"}").status()).isEqualTo(201);
    Client second = client.with();
    assertThat(second.post(data, "{\"name\":\"a\",\"value\":\"1\"}").status()).isEqualTo(201);
    Client fresh = api.organization();
    fresh.put("/relations/" + company, "{\"star\":\"green\"}");
    fresh.post(data, "{\"name\":\"a\",\"value\":\"1\"}");
    Client keyed = fresh.with("Idempotency-Key", "order-4");
    assertThat(keyed.post(data, "{\"name\":\"a\",\"value\":\"1\"}").status()).isEqualTo(409);
    long id = fresh.get("/relations").body().at("/items/0/data/0/id").asLong();
    fresh.delete(data + "/" + id);
    assertThat(keyed.post(data, "{\"name\":\"a\",\"value\":\"1\"}").status()).isEqualTo(201);
  }

  @Test
  void keys_of_different_callers_and_operations_have_nothing_to_do_with_each_other() {
    Client one = api.organization().with("Idempotency-Key", "same");
    Client two = api.organization().with("Idempotency-Key", "same");
    assertThat(one.post("/webhooks", HOOK).id()).isNotEqualTo(two.post("/webhooks", HOOK).id());
    Client operator = api.operator().with("Idempotency-Key", "same");
    Answer organization = operator.post("/organizations", "{\"name\":\"Once\"}");
    assertThat(operator.post("/organizations", "{\"name\":\"Once\"}").text())
        .isEqualTo(organization.text());
    String keys = "/organizations/" + organization.id() + "/keys";
    assertThat(operator.post(keys, null).text()).isEqualTo(operator.post(keys, null).text());
    assertThat(api.operator().get(keys).body().get("items")).hasSize(2);
  }

  @Test
  void published_changes_are_published_once() {
    String change =
        "{\"object\":\"Company\",\"action\":\"update\",\"objectId\":\"1\",\"companyId\":1,"
            + "\"current\":{\"a\":%s},\"previous\":{}}";
    Client keyed = api.operator().with("Idempotency-Key", "import-7");
    Answer first = keyed.post("/changes", change.formatted("1"));
    assertThat(keyed.post("/changes", change.formatted("1")).text()).isEqualTo(first.text());
    assertThat(keyed.post("/changes", change.formatted("2")).status()).isEqualTo(409);
  }

  @Test
  void a_malformed_key_names_the_header() {
    for (String key : List.of("", "x".repeat(256))) {
      Answer answer = api.organization().with("Idempotency-Key", key).post("/webhooks", HOOK);
      assertThat(answer.status()).as(answer.text()).isEqualTo(422);
      assertThat(answer.errorFields()).containsExactly("Idempotency-Key");
    }
  }
}
