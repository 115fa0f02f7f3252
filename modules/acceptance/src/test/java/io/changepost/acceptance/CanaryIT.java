package io.changepost.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.changepost.testkit.FreePort;
import io.changepost.testkit.TestDatabase;
import io.changepost.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Secrets are looked for where they must not be: in the log, the metrics, JMX and answers. */
class CanaryIT {

  private static final String JOLOKIA_PASSWORD = "canary-jolokia-password";
  private static final String HEADER = "canary-header-value";
  private static final String PAYLOAD = "canary-payload";

  @Test
  void no_secret_and_no_payload_is_anywhere_it_does_not_belong() throws Exception {
    byte[] key = new byte[32];
    java.util.Arrays.fill(key, (byte) 0x5a);
    String encryptionKey = Base64.getEncoder().encodeToString(key);
    TestDatabase database = TestPostgres.freshDatabase();
    Map<String, String> settings =
        Map.of(
            "CHANGEPOST_ENCRYPTION_KEY",
            encryptionKey,
            "CHANGEPOST_JOLOKIA_ENABLED",
            "true",
            "CHANGEPOST_JOLOKIA_PASSWORD",
            JOLOKIA_PASSWORD,
            "CHANGEPOST_REDELIVERY_DELAYS",
            "100ms,100ms,100ms");
    try (Receiver receiver = new Receiver();
        Product product = new Product(database, settings).start()) {
      Organization owner = product.organization("Canaries");
      List<JsonNode> webhooks = new ArrayList<>();
      for (String url :
          List.of(
              receiver.url("/good"),
              receiver.url("/bad"),
              // Nobody listens there, and there is no TLS at the other.
              "http://127.0.0.1:" + FreePort.next() + "/none",
              receiver.url("/tls").replace("http:", "https:"))) {
        webhooks.add(
            product.post(
                owner.key(),
                "/webhooks",
                "{\"url\":\""
                    + url
                    + "\",\"headers\":{\"Authorization\":\""
                    + HEADER
                    + "\"},\"ed25519\":true,\"subscriptions\":"
                    + Organization.EVERYTHING
                    + "}"));
      }
      receiver.answer("/bad", request -> 500);
      product.put(Product.OPERATOR_KEY, "/companies/12", "{\"name\":\"" + PAYLOAD + "\"}");
      owner.star(12, "green");
      product.put(Product.OPERATOR_KEY, "/companies/12", "{\"name\":\"" + PAYLOAD + " two\"}");
      product.post(owner.key(), "/webhooks/" + webhooks.get(1).get("id").asLong() + "/test", "{}");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  product
                          .get(
                              owner.key(),
                              "/webhooks/"
                                  + webhooks.get(3).get("id").asLong()
                                  + "/deliveries?state=failed")
                          .get("items")
                          .size()
                      > 0);

      List<String> secrets = new ArrayList<>(List.of(HEADER, encryptionKey, owner.key()));
      secrets.add(Product.OPERATOR_KEY);
      secrets.add(JOLOKIA_PASSWORD);
      for (JsonNode webhook : webhooks) {
        String secret = webhook.get("secret").asText();
        secrets.add(secret);
        secrets.add(secret.substring("whsec_".length()));
      }
      List<String> everything = new ArrayList<>(secrets);
      everything.add(PAYLOAD);
      String log = String.join("\n", product.output());
      assertThat(log).contains("attempt 4: status 500").contains("attempt 4: connect");
      assertNone("log", log, everything);
      assertNone("metrics", product.observe("metrics"), everything);
      assertNone("health", product.observe("health"), everything);
      String beans =
          jolokia(
              product, "{\"type\":\"read\",\"mbean\":\"*:*\",\"config\":{\"ignoreErrors\":true}}");
      assertThat(beans).contains("changepost:type=Sender").contains("org.apache.camel");
      assertNone("JMX", beans, everything);
      for (String path : List.of("/webhooks", "/audit", "/organization", "/relations?limit=1")) {
        assertNone(path, product.get(owner.key(), path).toString(), secrets);
      }
      for (JsonNode webhook : webhooks) {
        String path = "/webhooks/" + webhook.get("id").asLong();
        assertNone(path, product.get(owner.key(), path).toString(), secrets);
        JsonNode deliveries = product.get(owner.key(), path + "/deliveries").get("items");
        assertNone(path, deliveries.toString(), everything);
        for (JsonNode delivery : deliveries) {
          String id = delivery.get("id").asText();
          assertNone(id, product.get(owner.key(), "/deliveries/" + id).toString(), secrets);
        }
      }
    }
  }

  private static void assertNone(String where, String text, List<String> canaries) {
    for (String canary : canaries) {
      assertThat(text.contains(canary)).as("%s holds a secret: %s…", where, head(canary)).isFalse();
    }
  }

  private static String head(String canary) {
    return canary.substring(0, Math.min(10, canary.length()));
  }

  private static String jolokia(Product product, String request)
      throws IOException, InterruptedException {
    String login =
        Base64.getEncoder()
            .encodeToString(("operator:" + JOLOKIA_PASSWORD).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(product.managementUrl("/observe/jolokia/")))
                    .timeout(Duration.ofSeconds(60))
                    .header("Authorization", "Basic " + login)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(request))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
