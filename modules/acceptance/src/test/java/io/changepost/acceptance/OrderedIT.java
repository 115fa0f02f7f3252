package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What {@code "ordered": true} promises: each object's messages one after the other. */
class OrderedIT {

  private static final int UPDATES = 8;
  private static final String COMPANIES =
      "[{\"object\":\"Company\",\"actions\":[\"update\"]}],\"ordered\":true";

  @Test
  void messages_of_an_object_keep_their_order_and_those_of_others_do_not_wait() {
    TestDatabase database = TestPostgres.freshDatabase();
    Map<String, String> settings =
        Map.of(
            "CHANGEPOST_REDELIVERY_DELAYS", "3s,3s,3s",
            "CHANGEPOST_ENCRYPTION_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    try (Receiver receiver = new Receiver();
        Product one = new Product(database, settings);
        Product other = new Product(database, settings)) {
      one.start();
      other.start();
      // The first message of company 1 is refused twice, so that all others could overtake it.
      receiver.answer(
          "/ordered",
          got -> version(got) == 1 && object(got).equals("1") && got.attempt() < 3 ? 503 : 200);
      Organization builder = one.organization("Bouwbedrijf");
      for (int company = 1; company <= 3; company++) {
        one.put(Product.OPERATOR_KEY, "/companies/" + company, "{\"name\":\"v0\"}");
        builder.star(company, "green");
      }
      builder.webhook(receiver.url("/ordered"), COMPANIES);
      for (int version = 1; version <= UPDATES; version++) {
        database.execute("update changepost.company set name = 'v" + version + "'");
      }

      await().atMost(Duration.ofSeconds(45)).until(() -> answered(receiver, "1").size() == UPDATES);

      List<Integer> inOrder = IntStream.rangeClosed(1, UPDATES).boxed().toList();
      for (String company : List.of("1", "2", "3")) {
        assertThat(answered(receiver, company).stream().map(OrderedIT::version).toList())
            .as("company " + company)
            .isEqualTo(inOrder);
      }
      long released = answered(receiver, "1").get(0).atNanos();
      for (String company : List.of("2", "3")) {
        assertThat(answered(receiver, company))
            .as("company " + company + " did not wait for company 1")
            .allSatisfy(got -> assertThat(got.atNanos()).isLessThan(released));
      }
    }
  }

  private static List<Received> answered(Receiver receiver, String company) {
    return receiver.at("/ordered").stream()
        .filter(got -> got.answered() == 200 && object(got).equals(company))
        .toList();
  }

  private static String object(Received got) {
    return got.json().get("objectId").asText();
  }

  private static int version(Received got) {
    return Integer.parseInt(got.json().get("current").get("name").asText().substring(1));
  }
}
