package io.changepost.app.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A contractor, the companies it knows, and its webhook, all made through the API. The webhook
 * comes last, so that nothing of the making is sent to it.
 */
final class SampleData {

  /** A company of the sample; {@code star} is what the organization gave it. */
  record Company(long id, String name, String city, String star) {}

  /** What the API gave. */
  record Made(String organization, String key, long webhookId, String secret) {}

  static final List<Company> STARRED =
      List.of(
          new Company(101, "Loodgietersbedrijf De Vries", "Utrecht", "green"),
          new Company(102, "Bouwbedrijf Van den Berg", "Amersfoort", "gold"),
          new Company(103, "Schildersbedrijf Jansen & Zn.", "Zwolle", "green"),
          new Company(104, "Installatietechniek Bakker", "Deventer", "gold"),
          new Company(105, "Sloopwerken Dijkstra", "Leeuwarden", "black"));

  static final Company UNSTARRED = new Company(106, "Dakdekkers Mulder", "Apeldoorn", "none");

  private static final String ORGANIZATION = "Hoofdaannemer Visser";

  private SampleData() {}

  static Made make(Api api, String operatorKey, String receiverUrl) {
    JsonObject organization =
        api.call(operatorKey, "POST", "/organizations", new JsonObject().put("name", ORGANIZATION));
    String key = organization.getString("key");
    STARRED.forEach(company -> make(api, operatorKey, key, company));
    make(api, operatorKey, key, UNSTARRED);
    JsonObject webhook =
        api.call(
            key,
            "POST",
            "/webhooks",
            new JsonObject()
                .put("url", receiverUrl)
                .put("description", "The demo's receiver")
                .put("subscriptions", everything()));
    return new Made(ORGANIZATION, key, webhook.getLong("id"), webhook.getString("secret"));
  }

  private static void make(Api api, String operatorKey, String key, Company company) {
    api.call(
        operatorKey,
        "PUT",
        "/companies/" + company.id(),
        new JsonObject().put("name", company.name()).put("city", company.city()));
    api.call(
        key, "PUT", "/relations/" + company.id(), new JsonObject().put("star", company.star()));
  }

  private static JsonArray everything() {
    JsonArray subscriptions = new JsonArray();
    for (String object :
        List.of("Company", "CompanyRelation", "CompanyRelationData", "Document", "Message")) {
      subscriptions.add(
          new JsonObject()
              .put("object", object)
              .put("actions", new JsonArray(List.of("create", "update", "delete"))));
    }
    return subscriptions;
  }
}
