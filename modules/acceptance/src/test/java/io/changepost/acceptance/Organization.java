package io.changepost.acceptance;

import com.fasterxml.jackson.databind.JsonNode;

/** One customer of the product, acting with its own key. */
record Organization(Product product, long id, String key) {

  static final String EVERYTHING =
      """
      [{"object":"Company","actions":["create","update","delete"]},
       {"object":"CompanyRelation","actions":["create","update","delete"]},
       {"object":"CompanyRelationData","actions":["create","update","delete"]},
       {"object":"Document","actions":["create","update","delete"]},
       {"object":"Message","actions":["create","update","delete"]}]""";

  /** Creates a webhook for every object and action; the answer has its id and secret. */
  JsonNode webhook(String url) {
    return webhook(url, EVERYTHING);
  }

  JsonNode webhook(String url, String subscriptions) {
    return product.post(
        key, "/webhooks", "{\"url\":\"" + url + "\",\"subscriptions\":" + subscriptions + "}");
  }

  void star(long companyId, String star) {
    product.put(key, "/relations/" + companyId, "{\"star\":\"" + star + "\"}");
  }

  JsonNode get(String path) {
    return product.get(key, path);
  }

  JsonNode post(String path, String json) {
    return product.post(key, path, json);
  }
}
