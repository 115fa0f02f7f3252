package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.changepost.domain.MessageId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** Why a change was or was not sent, how many would have been, and how it went over time. */
class InsightTest {

  private static final String COMPANIES =
      "{\"subscriptions\":[{\"object\":\"Company\",\"actions\":[\"update\",\"delete\"]}]}";

  private final TestApi api = TestApi.shared();
  private final Client client = api.organization();
  private final long company = api.company();

  private long webhook(Client owner, String object) {
    return owner
        .post(
            "/webhooks",
            "{\"url\":\"http://127.0.0.1:8999/\",\"subscriptions\":[{\"object\":\""
                + object
                + "\",\"actions\":[\"update\"]}]}")
        .id();
  }

  private Answer explain(Client owner, long change, long webhook) {
    return owner.get("/changes/" + change + "/explain?webhookId=" + webhook);
  }

  private void sql(String statement) {
    try (Connection connection = api.database.connect();
        Statement it = connection.createStatement()) {
      it.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void tells_what_became_of_a_delivery() {
    long webhook = webhook(client, "Company");
    Seed seed = new Seed(api, webhook);
    MessageId delivered = seed.delivered(10);
    Answer good = explain(client, delivered.changeId(), webhook);
    assertThat(good.text("reason")).isEqualTo("delivered");
    assertThat(good.body().get("sent").asBoolean()).isTrue();
    assertThat(good.text("explanation")).contains("attempt 2 of round 1");
    assertThat(good.body().get("delivery").get("id").asText()).isEqualTo(delivered.text());
    Answer bad = explain(client, seed.failed(10).changeId(), webhook);
    assertThat(bad.text("reason")).isEqualTo("failed");
    assertThat(bad.text("explanation")).contains("attempts exhausted").contains("status 500");
    Answer waiting = explain(client, seed.pending(10).changeId(), webhook);
    assertThat(waiting.text("reason")).isEqualTo("pending");
    assertThat(waiting.body().get("sent").asBoolean()).isFalse();
  }

  @Test
  void tells_that_there_is_no_star_and_that_the_webhook_is_not_subscribed() {
    long webhook = webhook(client, "Company");
    long documents = webhook(client, "Document");
    long change = new Seed(api, webhook).change(0, company);
    Answer unrelated = explain(client, change, webhook);
    assertThat(unrelated.text("reason")).isEqualTo("no-starred-relation");
    assertThat(unrelated.body().get("objectId").isNull()).isTrue();
    client.put("/relations/" + company, "{\"star\":\"none\"}");
    Answer transparent = explain(client, change, webhook);
    assertThat(transparent.text("reason")).isEqualTo("no-starred-relation");
    assertThat(transparent.text("objectId")).isEqualTo("4711");
    client.put("/relations/" + company, "{\"star\":\"gold\"}");
    assertThat(explain(client, change, webhook).text("reason")).isEqualTo("changed-since");
    assertThat(explain(client, change, documents).text("reason")).isEqualTo("not-subscribed");
    assertThat(explain(client, change, documents).text("explanation")).contains("Company update");
  }

  @Test
  void tells_that_it_came_before_the_webhook_or_while_that_was_inactive() {
    long before = new Seed(api, 0).change(0, company);
    long webhook = webhook(client, "Company");
    client.put("/relations/" + company, "{\"star\":\"gold\"}");
    Seed seed = new Seed(api, webhook);
    assertThat(explain(client, before, webhook).text("reason")).isEqualTo("before-webhook");
    client.post("/webhooks/" + webhook + "/deactivate", null);
    long meanwhile = seed.change(0, company);
    Answer inactive = explain(client, meanwhile, webhook);
    assertThat(inactive.text("reason")).isEqualTo("inactive");
    assertThat(inactive.text("explanation")).contains("by administrator");
    client.post("/webhooks/" + webhook + "/activate", null);
    assertThat(explain(client, meanwhile, webhook).text("reason")).isEqualTo("inactive");
  }

  @Test
  void tells_that_a_contact_is_beyond_the_limit() {
    long webhook = webhook(client, "Company");
    for (int i = 0; i < TestApi.CONTACTS_LIMIT; i++) {
      client.put("/relations/" + api.company(), "{\"star\":\"green\"}");
    }
    long organization = client.get("/organization").id();
    sql(
        "insert into changepost.company_relation (organization_id, company_id, star) values ("
            + organization
            + ", "
            + company
            + ", 'green')");
    long change = new Seed(api, webhook).change(0, company);
    assertThat(explain(client, change, webhook).text("reason")).isEqualTo("beyond-contact-limit");
    Answer standing = client.get("/organization");
    assertThat(standing.body().get("contacts").asInt()).isEqualTo(TestApi.CONTACTS_LIMIT + 1);
    assertThat(standing.body().at("/notices/0/code").asText()).isEqualTo("contacts-over-limit");
    assertThat(standing.body().at("/notices/0/text").asText())
        .contains("6 contacts")
        .contains("up to 5")
        .contains("changepost.contacts.limit");
    assertThat(client.put("/relations/" + api.company(), "{\"star\":\"green\"}").status())
        .isEqualTo(409);
  }

  @Test
  void another_organizations_change_is_not_there() {
    long webhook = webhook(client, "Message");
    long theirs = api.organization().get("/organization").id();
    long change =
        api.operator()
            .post(
                "/changes",
                "{\"object\":\"Message\",\"action\":\"create\",\"objectId\":\"1\",\"companyId\":"
                    + company
                    + ",\"organizationId\":"
                    + theirs
                    + ",\"current\":{}}")
            .body()
            .at("/changeIds/0")
            .asLong();
    Answer answer = explain(client, change, webhook);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo(explain(client, 987654321, webhook).text());
    long mine = new Seed(api, webhook).change(0, company);
    long foreign = webhook(api.organization(), "Company");
    assertThat(explain(client, mine, foreign).status()).isEqualTo(404);
    Answer missing = client.get("/changes/" + mine + "/explain");
    assertThat(missing.status()).isEqualTo(400);
    assertThat(missing.errorFields()).containsExactly("webhookId");
  }

  @Test
  void a_change_on_its_way_is_not_fanned_out_yet_and_an_old_one_is_past_retention() {
    TestApi fresh = TestApi.fresh(TestApi.OPERATOR_KEY);
    Client owner = fresh.organization();
    long webhook = webhook(owner, "Company");
    fresh.operator().put("/companies/12", "{\"name\":\"Painters\"}");
    owner.put("/relations/12", "{\"star\":\"green\"}");
    long published =
        fresh
            .operator()
            .post(
                "/changes",
                "{\"object\":\"Company\",\"action\":\"update\",\"objectId\":\"12\",\"companyId\":12,"
                    + "\"current\":{},\"previous\":{}}")
            .body()
            .at("/changeIds/0")
            .asLong();
    assertThat(explain(owner, published, webhook).text("reason")).isEqualTo("not-fanned-out");
    long kept = new Seed(fresh, webhook).change(0, 12);
    assertThat(kept).isGreaterThan(1);
    Answer old = explain(owner, 1, webhook);
    assertThat(old.text("reason")).isIn("past-retention", "not-fanned-out", "not-subscribed");
    assertThat(explain(owner, kept + 1000, webhook).status()).isEqualTo(404);
  }

  @Test
  void a_preview_counts_what_would_have_been_sent() {
    Seed seed = new Seed(api, webhook(client, "Company"));
    long unstarred = api.company();
    client.put("/relations/" + company, "{\"star\":\"black\"}");
    seed.change(10, company);
    seed.change(20, company);
    seed.change(30, unstarred);
    Answer preview = client.post("/webhooks/preview", COMPANIES);
    assertThat(preview.status()).as(preview.text()).isEqualTo(200);
    assertThat(preview.body().get("changes").asInt()).isEqualTo(2);
    assertThat(preview.body().get("items").toString())
        .isEqualTo(
            "[{\"object\":\"Company\",\"action\":\"delete\",\"changes\":0},"
                + "{\"object\":\"Company\",\"action\":\"update\",\"changes\":2}]");
    assertThat(
            api.organization().post("/webhooks/preview", COMPANIES).body().get("changes").asInt())
        .isZero();
  }

  @Test
  void the_preview_is_no_webhook_of_that_name() {
    Answer answer = client.get("/webhooks/preview");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains("POST");
  }

  @Test
  void activity_is_counted_in_spans_of_time() {
    long webhook = webhook(client, "Company");
    Seed seed = new Seed(api, webhook);
    seed.delivered(10);
    seed.failed(10);
    Answer activity = client.get("/webhooks/" + webhook + "/activity?hours=2");
    assertThat(activity.status()).as(activity.text()).isEqualTo(200);
    assertThat(activity.body().get("bucketMinutes").asInt()).isEqualTo(5);
    assertThat(sum(activity, "delivered")).isEqualTo(1);
    assertThat(sum(activity, "failed")).isEqualTo(1);
    assertThat(sum(activity, "attempts")).isEqualTo(4);
    assertThat(sum(activity, "failedAttempts")).isEqualTo(3);
    assertThat(activity.body().get("items").findValuesAsText("p95Ms")).contains("12");
    assertThat(activity.body().get("items").size()).isBetween(24, 25);
    assertThat(client.get("/webhooks/" + webhook + "/activity?hours=169").status()).isEqualTo(422);
    assertThat(api.organization().get("/webhooks/" + webhook + "/activity").status())
        .isEqualTo(404);
  }

  private static int sum(Answer activity, String field) {
    return activity.body().get("items").findValues(field).stream().mapToInt(n -> n.asInt()).sum();
  }
}
