package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What happens when an endpoint does not take a message. */
class RedeliveryIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static TestDatabase database;
  private static Receiver receiver;
  private static Product product;
  private static Organization builder;
  private static final AtomicInteger COMPANY = new AtomicInteger(1000);

  @BeforeAll
  static void start() {
    database = TestPostgres.freshDatabase();
    receiver = new Receiver();
    product =
        new Product(
                database,
                Map.of(
                    "CHANGEPOST_REDELIVERY_DELAYS", "200ms,300ms,400ms",
                    "CHANGEPOST_INACTIVITY_AFTER", "5s",
                    "CHANGEPOST_INACTIVITY_CRON", "*/1 * * * * ?"))
            .start();
    builder = product.organization("Bouwbedrijf");
  }

  @AfterAll
  static void stop() {
    product.close();
    receiver.close();
  }

  private static long starredCompany() {
    long id = COMPANY.incrementAndGet();
    product.put(Product.OPERATOR_KEY, "/companies/" + id, "{\"name\":\"c" + id + "\"}");
    builder.star(id, "green");
    return id;
  }

  private static JsonNode webhook(String path) {
    return builder.webhook(
        receiver.url(path), "[{\"object\":\"Document\",\"actions\":[\"create\"]}]");
  }

  private static void document(long company) {
    database.execute(
        "insert into changepost.document (company_id, name) values (" + company + ", 'd')");
  }

  private static JsonNode deliveries(JsonNode hook, String state) {
    return builder
        .get("/webhooks/" + hook.get("id").asLong() + "/deliveries?state=" + state)
        .get("items");
  }

  @Test
  void four_attempts_carry_one_id_and_the_same_bytes_and_then_it_is_seen_as_failed() {
    receiver.answer("/four", any -> 500);
    JsonNode hook = webhook("/four");
    document(starredCompany());

    await().atMost(SOON).until(() -> deliveries(hook, "failed").size() == 1);
    List<Received> attempts = receiver.at("/four");
    assertThat(attempts).hasSize(4);
    assertThat(attempts).extracting(Received::attempt).containsExactly(1, 2, 3, 4);
    assertThat(attempts).extracting(Received::id).containsOnly(attempts.get(0).id());
    assertThat(attempts).extracting(Received::text).containsOnly(attempts.get(0).text());
    assertThat(attempts).allMatch(received -> Verify.signed(received, hook.get("secret").asText()));

    JsonNode delivery = builder.get("/deliveries/" + attempts.get(0).id());
    assertThat(delivery.get("state").asText()).isEqualTo("failed");
    assertThat(delivery.get("attempts")).hasSize(4);
    assertThat(delivery.get("attempts").get(0).get("status").asInt()).isEqualTo(500);
    assertThat(delivery.get("attempts").get(0).get("responseBody").asText())
        .isEqualTo("answer 500");
    assertThat(delivery.get("message").asText()).isEqualTo(attempts.get(0).text());
  }

  @Test
  void a_failed_message_is_resent_on_request_with_the_same_id() {
    receiver.answer("/replay", any -> 503);
    JsonNode hook = webhook("/replay");
    document(starredCompany());
    await().atMost(SOON).until(() -> deliveries(hook, "failed").size() == 1);

    receiver.answer("/replay", any -> 204);
    JsonNode replayed =
        builder.post(
            "/webhooks/" + hook.get("id").asLong() + "/replay",
            "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"failed\"}");
    assertThat(replayed.get("messages").asInt()).isEqualTo(1);
    await().atMost(SOON).until(() -> deliveries(hook, "delivered").size() == 1);
    assertThat(receiver.at("/replay")).hasSize(5);
    assertThat(receiver.at("/replay"))
        .extracting(Received::id)
        .containsOnly(receiver.at("/replay").get(0).id());
    assertThat(receiver.at("/replay").get(4).attempt()).isEqualTo(1);
  }

  @Test
  void a_webhook_that_only_fails_becomes_inactive_and_what_it_missed_is_replayed() {
    receiver.answer("/inactive", any -> 500);
    JsonNode hook = webhook("/inactive");
    JsonNode quiet = webhook("/quiet-" + hook.get("id").asLong());
    String self = "/webhooks/" + hook.get("id").asLong();
    product.post(builder.key(), "/webhooks/" + quiet.get("id").asLong() + "/deactivate", "{}");
    product.post(builder.key(), "/webhooks/" + quiet.get("id").asLong() + "/activate", "{}");
    long company = starredCompany();
    document(company);
    await()
        .atMost(SOON)
        .until(
            () -> {
              if (receiver.at("/inactive").size() < 200) {
                document(company);
              }
              return builder.get(self).get("status").asText().equals("inactive");
            });
    assertThat(builder.get(self).get("inactiveReason").asText()).isNotEmpty();
    int seen = receiver.at("/inactive").size();

    document(company);
    receiver.answer("/inactive", any -> 200);
    builder.post(self + "/activate", "{}");
    JsonNode replayed =
        builder.post(self + "/replay", "{\"since\":\"2026-01-01T00:00:00Z\",\"which\":\"all\"}");
    assertThat(replayed.get("messages").asInt()).isPositive();
    await().atMost(SOON).until(() -> deliveries(hook, "pending").isEmpty());
    assertThat(deliveries(hook, "failed")).isEmpty();
    assertThat(receiver.at("/inactive").size()).isGreaterThan(seen);
    assertThat(builder.get("/webhooks/" + quiet.get("id").asLong()).get("status").asText())
        .isEqualTo("active");
  }

  @Test
  void gone_makes_the_webhook_inactive_at_once() {
    receiver.answer("/gone", any -> 410);
    JsonNode hook = webhook("/gone");
    document(starredCompany());

    String self = "/webhooks/" + hook.get("id").asLong();
    await().atMost(SOON).until(() -> builder.get(self).get("status").asText().equals("inactive"));
    assertThat(builder.get(self).get("inactiveReason").asText()).isEqualTo("gone");
    assertThat(receiver.at("/gone")).hasSize(1);
  }
}
