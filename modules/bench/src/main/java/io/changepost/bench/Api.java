package io.changepost.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Calls of the HTTP API; any answer but 2xx ends the measurement. */
record Api(String base) {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** An organization with one webhook for documents, which posts to that address. */
  record Customer(long organization, String key, long webhook) {}

  Customer customer(String url) {
    JsonNode organization = post(Node.OPERATOR_KEY, "/organizations", "{\"name\":\"bench\"}");
    String key = organization.get("key").asText();
    JsonNode webhook =
        post(
            key,
            "/webhooks",
            "{\"url\":\""
                + url
                + "\",\"subscriptions\":[{\"object\":\"Document\",\"actions\":[\"create\"]}]}");
    return new Customer(organization.get("id").asLong(), key, webhook.get("id").asLong());
  }

  void pause(Customer customer) {
    post(customer.key(), "/webhooks/" + customer.webhook() + "/pause", "{}");
  }

  void delete(Customer customer) {
    call(customer.key(), "/webhooks/" + customer.webhook(), "DELETE", "");
  }

  private JsonNode post(String key, String path, String json) {
    return call(key, path, "POST", json);
  }

  private JsonNode call(String key, String path, String method, String json) {
    try {
      HttpResponse<String> response =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(base + path))
                  .version(HttpClient.Version.HTTP_1_1)
                  .header("Authorization", "Bearer " + key)
                  .header("Content-Type", "application/json")
                  .method(method, HttpRequest.BodyPublishers.ofString(json))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IllegalStateException(
            method + " " + path + ": " + response.statusCode() + " " + response.body());
      }
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
