package io.changepost.acceptance;

import com.fasterxml.jackson.databind.JsonNode;

/** One customer of the product, acting with its own key. */
public record Organization(Product product, long id, String key) {

  public static final String EVERYTHING =
      """
      [{"object":"Company","actions":["create","update","delete"]},
       {"object":"CompanyRelation","actions":["create","update","delete"]},
       {"object":"CompanyRelationData","actions":["create","update","delete"]},
       {"object":"Document","actions":["create","update","delete"]},
       {"object":"Message","actions":["create","update","delete"]}]""";

  /** Creates a webhook for every object and action; the answer has its id and secret. */
  public JsonNode webhook(String url) {
    return webhook(url, EVERYTHING);
  }

  public JsonNode webhook(String url, String subscriptions) {
    return product.post(
        key, "/webhooks", "{\"url\":\"" + url + "\",\"subscriptions\":" + subscriptions + "}");
  }

  public void star(long companyId, String star) {
    product.put(key, "/relations/" + companyId, "{\"star\":\"" + star + "\"}");
  }

  public JsonNode get(String path) {
    return product.get(key, path);
  }

  public JsonNode post(String path, String json) {
    return product.post(key, path, json);
  }
}
