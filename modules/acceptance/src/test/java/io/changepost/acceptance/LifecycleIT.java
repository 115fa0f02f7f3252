package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.changepost.testkit.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Start and end, as an operator and a process supervisor see them. */
class LifecycleIT {

  @Test
  void sigterm_lets_an_attempt_finish_and_ends_with_status_0() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    try (Receiver receiver = new Receiver();
        Product product = new Product(TestPostgres.freshDatabase(), Map.of())) {
      receiver.answer(
          "/slow",
          any -> {
            try {
              return released.await(5, TimeUnit.SECONDS) ? 200 : 500;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              return 500;
            }
          });
      product.start();
      Organization builder = product.organization("Bouwbedrijf");
      String hook = builder.webhook(receiver.url("/slow")).get("id").asText();
      product.put(Product.OPERATOR_KEY, "/companies/1", "{\"name\":\"c\"}");
      builder.star(1, "green");
      await().atMost(Duration.ofSeconds(10)).until(() -> receiver.inFlight() > 0);

      Thread release =
          new Thread(
              () -> {
                await().pollDelay(Duration.ofMillis(800)).until(() -> true);
                released.countDown();
              });
      release.start();
      assertThat(product.stop()).isZero();
      release.join();

      product.start();
      assertThat(builder.get("/webhooks/" + hook + "/deliveries?state=delivered").get("items"))
          .isNotEmpty();
      assertThat(receiver.at("/slow")).extracting(Received::id).doesNotHaveDuplicates();
    }
  }

  @Test
  void a_wrong_setting_is_named_in_one_line() throws Exception {
    try (Product product =
        new Product(TestPostgres.freshDatabase(), Map.of("CHANGEPOST_DELIVERY_TIMEOUT", "soon"))) {
      Process process = product.launch("start");
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isNotZero();
      assertThat(output.strip().lines()).hasSize(1);
      assertThat(output).contains("changepost.delivery.timeout").contains("soon");
    }
  }

  @Test
  void a_lease_shorter_than_twice_the_timeout_is_refused() throws Exception {
    try (Product product =
        new Product(TestPostgres.freshDatabase(), Map.of("CHANGEPOST_DELIVERY_LEASE", "20s"))) {
      Process process = product.launch("start");
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isNotZero();
      assertThat(output).contains("changepost.delivery.lease");
    }
  }
}
