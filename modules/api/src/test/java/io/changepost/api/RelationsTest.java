package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Relations, their data and the limit of contacts. */
class RelationsTest {

  private static final String GOLD = "{\"star\":\"gold\"}";
  private static final String WEBHOOK =
      """
      {"url":"http://127.0.0.1:8999/",
       "subscriptions":[{"object":"Company","actions":["update"]}]}""";

  private final TestApi api = TestApi.shared();

  @Test
  void a_relation_is_made_marked_and_ended() {
    Client client = api.organization();
    long company = api.company();
    String path = "/relations/" + company;
    Answer made = client.put(path, GOLD);
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body().get("companyId").asLong()).isEqualTo(company);
    assertThat(made.text("companyName")).isEqualTo("Company " + company);
    assertThat(made.text("star")).isEqualTo("gold");
    Answer again = client.put(path, GOLD);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body()).isEqualTo(made.body());
    Answer black = client.put(path, "{\"star\":\"black\"}");
    assertThat(black.body().get("starredAt")).isEqualTo(made.body().get("starredAt"));
    Answer none = client.put(path, "{\"star\":\"none\"}");
    assertThat(none.body().get("starredAt").isNull()).isTrue();
    assertThat(client.delete(path).status()).isEqualTo(204);
    assertThat(client.delete(path).status()).isEqualTo(404);
    assertThat(client.put("/relations/987654321", GOLD).text("type"))
        .isEqualTo("/problems/no-company");
    assertThat(client.put(path, "{\"star\":\"pink\"}").status()).isEqualTo(422);
  }

  @Test
  void data_is_kept_on_a_relation() {
    Client client = api.organization();
    long company = api.company();
    String path = "/relations/" + company + "/data";
    assertThat(client.post(path, "{\"name\":\"n\",\"value\":\"v\"}").status()).isEqualTo(404);
    client.put("/relations/" + company, GOLD);
    Answer added = client.post(path, "{\"name\":\"cost centre\",\"value\":\"7\"}");
    assertThat(added.status()).isEqualTo(201);
    assertThat(client.post(path, "{\"name\":\"cost centre\",\"value\":\"8\"}").status())
        .isEqualTo(409);
    client.post(path, "{\"name\":\"b\",\"value\":\"\"}");
    String one = path + "/" + added.id();
    Answer updated = client.put(one, "{\"value\":\"9\"}");
    assertThat(updated.body().toString())
        .isEqualTo("{\"id\":" + added.id() + ",\"name\":\"cost centre\",\"value\":\"9\"}");
    JsonNode relation = client.get("/relations?companyId=" + company).body().get("items").get(0);
    assertThat(relation.get("data").findValuesAsText("value")).containsExactly("9", "");
    assertThat(client.delete(one).status()).isEqualTo(204);
    assertThat(client.delete(one).status()).isEqualTo(404);
    assertThat(client.put(one, "{\"value\":\"9\"}").status()).isEqualTo(404);
    long other = api.company();
    client.put("/relations/" + other, GOLD);
    long elsewhere =
        client.post("/relations/" + other + "/data", "{\"name\":\"x\",\"value\":\"\"}").id();
    assertThat(client.delete(path + "/" + elsewhere).status()).isEqualTo(404);
  }

  @Test
  void relations_come_in_pages_and_by_star() {
    Client client = api.organization();
    List<Long> companies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      companies.add(api.company());
      client.put("/relations/" + companies.get(i), i == 2 ? "{\"star\":\"none\"}" : GOLD);
    }
    List<Long> seen = new ArrayList<>();
    String cursor = "";
    int pages = 0;
    do {
      JsonNode page = client.get("/relations?limit=2" + cursor).body();
      page.get("items").forEach(item -> seen.add(item.get("companyId").asLong()));
      cursor = page.get("nextCursor").isNull() ? "" : "&cursor=" + page.get("nextCursor").asText();
      pages++;
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(companies);
    assertThat(pages).isEqualTo(3);
    assertThat(client.get("/relations?star=gold").body().get("items")).hasSize(4);
    assertThat(client.get("/relations?star=none&limit=1").body().get("nextCursor").isNull())
        .isTrue();
  }

  @Test
  void a_page_ends_early_where_much_is_kept_and_a_relation_keeps_so_many_values() {
    Client client = api.organization();
    List<Long> companies = new ArrayList<>();
    String value = "x".repeat(60_000);
    for (int i = 0; i < 3; i++) {
      companies.add(api.company());
      String path = "/relations/" + companies.get(i);
      client.put(path, GOLD);
      for (int n = 0; n < 40; n++) {
        client.post(path + "/data", "{\"name\":\"n" + n + "\",\"value\":\"" + value + "\"}");
      }
    }
    JsonNode page = client.get("/relations?limit=3").body();
    assertThat(page.get("items")).hasSize(1);
    JsonNode next = client.get("/relations?cursor=" + page.get("nextCursor").asText()).body();
    assertThat(next.get("items").get(0).get("companyId").asLong()).isEqualTo(companies.get(1));
    String path = "/relations/" + companies.get(2) + "/data";
    for (int n = 40; n < 200; n++) {
      client.post(path, "{\"name\":\"n" + n + "\",\"value\":\"\"}");
    }
    Answer refused = client.post(path, "{\"name\":\"one more\",\"value\":\"\"}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("type")).isEqualTo("/problems/data-limit");
  }

  @Test
  void one_contact_over_the_limit_is_refused_while_there_is_a_webhook() {
    Client client = api.organization();
    List<Long> companies = new ArrayList<>();
    for (int i = 0; i <= TestApi.CONTACTS_LIMIT; i++) {
      companies.add(api.company());
      assertThat(client.put("/relations/" + companies.get(i), GOLD).status()).isEqualTo(201);
    }
    Answer refused = client.post("/webhooks", WEBHOOK);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().get("count").asInt()).isEqualTo(TestApi.CONTACTS_LIMIT + 1);
    assertThat(refused.body().get("limit").asInt()).isEqualTo(TestApi.CONTACTS_LIMIT);
    client.put("/relations/" + companies.get(0), "{\"star\":\"none\"}");
    long webhook = client.post("/webhooks", WEBHOOK).id();
    assertThat(webhook).isPositive();
    Answer tooMany = client.put("/relations/" + companies.get(0), GOLD);
    assertThat(tooMany.status()).isEqualTo(409);
    assertThat(tooMany.text("detail"))
        .contains(Integer.toString(TestApi.CONTACTS_LIMIT))
        .contains("changepost.contacts.limit");
    client.post("/webhooks/" + webhook + "/deactivate", null);
    assertThat(client.put("/relations/" + companies.get(0), GOLD).status()).isEqualTo(409);
    assertThat(client.put("/relations/" + companies.get(1), "{\"star\":\"black\"}").status())
        .isEqualTo(200);
    client.delete("/webhooks/" + webhook);
    assertThat(client.put("/relations/" + companies.get(0), GOLD).status()).isEqualTo(200);
  }

  @Test
  void many_calls_at_once_do_not_pass_the_limit() throws Exception {
    Client client = api.organization();
    client.post("/webhooks", WEBHOOK);
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 4 * TestApi.CONTACTS_LIMIT; i++) {
      long company = api.company();
      calls.add(() -> client.put("/relations/" + company, GOLD).status());
    }
    ExecutorService threads = Executors.newFixedThreadPool(10);
    List<Integer> statuses = new ArrayList<>();
    try {
      for (Future<Integer> status : threads.invokeAll(calls)) {
        statuses.add(status.get());
      }
    } finally {
      threads.shutdown();
    }
    assertThat(statuses).containsOnly(201, 409);
    assertThat(statuses.stream().filter(status -> status == 201)).hasSize(TestApi.CONTACTS_LIMIT);
    assertThat(client.get("/relations").body().get("items")).hasSize(TestApi.CONTACTS_LIMIT);
  }

  @Test
  void a_company_is_created_then_replaced() {
    Answer created =
        api.operator()
            .put(
                "/companies/555000",
                """
                {"name":"Bakker","city":"Delft","postalCode":"2611","vatNumber":"NL1","employees":3,
                 "trades":["roofing","paint"],"externalId":"b-1"}""");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().get("trades")).hasSize(2);
    Answer replaced = api.operator().put("/companies/555000", "{\"name\":\"Bakker BV\"}");
    assertThat(replaced.status()).isEqualTo(200);
    assertThat(replaced.body().get("city").isNull()).isTrue();
    assertThat(replaced.body().get("trades")).isEmpty();
    api.operator().put("/companies/555001", "{\"name\":\"A\",\"externalId\":\"b-2\"}");
    assertThat(
            api.operator()
                .put("/companies/555000", "{\"name\":\"B\",\"externalId\":\"b-2\"}")
                .status())
        .isEqualTo(409);
    assertThat(api.operator().put("/companies/555000", "{\"city\":\"Delft\"}").errorFields())
        .containsExactly("name");
    assertThat(api.operator().put("/companies/555000", "{\"name\":\"B\",\"id\":1}").errorFields())
        .containsExactly("id");
  }
}
