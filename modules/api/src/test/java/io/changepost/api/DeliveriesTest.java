package io.changepost.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.domain.MessageId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was sent, how it went, and sending it again. */
class DeliveriesTest {

  private final TestApi api = TestApi.shared();
  private final Client client = api.organization();
  private final long webhook =
      client
          .post(
              "/webhooks",
              """
              {"url":"http://127.0.0.1:8999/",
               "subscriptions":[{"object":"Company","actions":["update"]}]}""")
          .id();
  private final Seed seed = new Seed(api, webhook);
  private final String list = "/webhooks/" + webhook + "/deliveries";

  private static List<String> ids(JsonNode page) {
    return page.get("items").findValuesAsText("id");
  }

  @Test
  void deliveries_are_listed_newest_first_in_pages() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      MessageId id = i % 2 == 0 ? seed.delivered(50 - i) : seed.pending(50 - i);
      expected.add(0, id.text());
    }
    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = client.get(list + "?limit=2" + cursor).body();
      seen.addAll(ids(page));
      cursor = page.get("nextCursor").isNull() ? "" : "&cursor=" + page.get("nextCursor").asText();
    } while (!cursor.isEmpty());
    assertThat(seen).isEqualTo(expected);
    assertThat(ids(client.get(list + "?state=pending").body())).hasSize(2);
    assertThat(ids(client.get(list + "?state=failed").body())).isEmpty();
    JsonNode delivered = client.get(list + "?state=delivered&limit=1").body().get("items").get(0);
    assertThat(delivered.get("deliveredAt").isNull()).isFalse();
    assertThat(delivered.get("attemptCount").asInt()).isEqualTo(2);
    assertThat(client.get("/webhooks/" + webhook).body().get("pending").asInt()).isEqualTo(2);
  }

  @Test
  void a_list_is_narrowed_by_time_of_capture() {
    seed.failed(600);
    MessageId late = seed.failed(10);
    Instant between = Instant.now().minus(Duration.ofMinutes(5));
    assertThat(ids(client.get(list + "?since=" + between).body())).containsExactly(late.text());
    assertThat(ids(client.get(list + "?until=" + between).body())).hasSize(1);
    assertThat(client.get(list + "?since=yesterday").errorFields()).containsExactly("since");
  }

  @Test
  void a_delivery_shows_the_message_as_sent_and_its_attempts() {
    MessageId id = seed.failed(10);
    Answer answer = client.get("/deliveries/" + id.text());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text("message"))
        .isEqualTo(
            "{\"id\":\""
                + id.text()
                + "\",\"webhookId\":"
                + webhook
                + ",\"object\":\"Company\",\"action\":\"update\",\"objectId\":\"4711\",\"changeId\":"
                + id.changeId()
                + ",\"timestamp\":\"2026-11-23T08:45:57.100000Z\",\"changed\":[\"companyName\"],"
                + "\"current\":{\"companyName\":1.00,\"b\":\"\\u0000\"},"
                + "\"previous\":{\"companyName\":1.0,\"b\":\"\\u0000\"}}");
    assertThat(answer.text("reason")).isEqualTo("attempts exhausted");
    JsonNode attempt = answer.body().get("attempts").get(0);
    assertThat(attempt.get("round").asInt()).isEqualTo(1);
    assertThat(attempt.get("status").asInt()).isEqualTo(500);
    assertThat(attempt.get("error").asText()).isEqualTo("status 500");
    assertThat(attempt.get("responseBody").asText()).isEqualTo("body");
    MessageId otherSalt = new MessageId(id.changeId(), id.webhookId(), 8);
    assertThat(client.get("/deliveries/" + otherSalt.text()).status()).isEqualTo(404);
  }

  @Test
  void a_resend_is_a_new_round_and_wakes_the_sender() {
    MessageId id = seed.failed(10);
    int woken = api.woken.get();
    assertThat(client.post("/deliveries/" + id.text() + "/resend", null).status()).isEqualTo(202);
    assertThat(api.woken.get()).isEqualTo(woken + 1);
    Answer now = client.get("/deliveries/" + id.text());
    assertThat(now.text("state")).isEqualTo("pending");
    assertThat(now.body().get("round").asInt()).isEqualTo(2);
    assertThat(now.body().get("attemptCount").asInt()).isZero();
    assertThat(now.body().get("attempts")).hasSize(2);
  }

  @Test
  void a_replay_takes_what_failed_or_was_missed() {
    long company = api.company();
    client.put("/relations/" + company, "{\"star\":\"gold\"}");
    seed.failed(100);
    seed.failed(90);
    seed.delivered(80);
    seed.change(70, company);
    seed.change(60, 987654321);
    String path = "/webhooks/" + webhook + "/replay";
    String since = "\"since\":\"" + Instant.now().minusSeconds(95) + "\"";
    assertThat(
            client
                .post(path, "{" + since + ",\"which\":\"failed\"}")
                .body()
                .get("messages")
                .asInt())
        .isEqualTo(1);
    assertThat(
            client
                .post(path, "{" + since + ",\"which\":\"missed\"}")
                .body()
                .get("messages")
                .asInt())
        .isEqualTo(1);
    assertThat(client.post(path, "{" + since + ",\"which\":\"all\"}").status()).isEqualTo(202);
    assertThat(client.post(path, "{" + since + ",\"which\":\"some\"}").errorFields())
        .containsExactly("which");
    assertThat(
            client
                .post(path, "{" + since + ",\"until\":\"2020-01-01T00:00:00Z\",\"which\":\"all\"}")
                .errorFields())
        .containsExactly("until");
  }

  @Test
  void while_inactive_nothing_is_sent_again() {
    MessageId id = seed.failed(10);
    MessageId waiting = seed.pending(9);
    client.post("/webhooks/" + webhook + "/deactivate", null);
    assertThat(client.post("/deliveries/" + id.text() + "/resend", null).status()).isEqualTo(409);
    assertThat(
            client
                .post(
                    "/webhooks/" + webhook + "/replay",
                    "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"failed\"}")
                .status())
        .isEqualTo(409);
    assertThat(client.get("/deliveries/" + waiting.text()).text("reason"))
        .isEqualTo("webhook inactive");
  }

  @Test
  void what_waits_for_a_deleted_webhook_is_gone() {
    MessageId waiting = seed.pending(9);
    client.delete("/webhooks/" + webhook);
    assertThat(client.get("/deliveries/" + waiting.text()).status()).isEqualTo(404);
    assertThat(client.get(list).status()).isEqualTo(404);
  }
}
