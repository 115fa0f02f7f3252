package io.changepost.api;

import io.changepost.persistence.access.KeyStore;
import io.changepost.persistence.access.TokenStore;
import io.changepost.persistence.platform.OrganizationStore;

/** Keys and tokens. */
final class KeyHandlers {

  private static final int MOST_KEYS = 100;

  private final KeyStore keys;
  private final OrganizationStore organizations;
  private final Authenticate authenticate;

  KeyHandlers(KeyStore keys, OrganizationStore organizations, Authenticate authenticate) {
    this.keys = keys;
    this.organizations = organizations;
    this.authenticate = authenticate;
  }

  void addTo(HandlerTable table, Write write) {
    table
        .add("getToken", this::getToken)
        .add("listKeys", this::listKeys)
        .add("createKey", write.with(this::createKey))
        .add("revokeKey", write.with(this::revokeKey));
  }

  private Response getToken(Request request) {
    TokenStore.NewToken token =
        authenticate.token(request.requiredField("apiKey"), request.address());
    return Response.ok(
        Json.object().put("token", token.token()).put("expiresAt", Json.time(token.expiresAt())));
  }

  private Response listKeys(Request request) {
    if (!organizations.exists(request.id("id"))) {
      throw Problem.notFound();
    }
    return Page.of(
        keys.page(request.id("id"), Cursor.idAfter(request), request.limit() + 1),
        request.limit(),
        key ->
            Json.object()
                .put("keyId", key.keyId())
                .put("hint", key.hint())
                .put("createdAt", Json.time(key.createdAt()))
                .put("revokedAt", Json.time(key.revokedAt())),
        key -> Long.toString(key.keyId()));
  }

  private Response createKey(Request request) {
    long organization = request.id("id");
    if (!organizations.exists(organization)) {
      throw Problem.notFound();
    }
    KeyStore.NewKey key =
        keys.create(organization, MOST_KEYS)
            .orElseThrow(
                () ->
                    Problem.limit(
                        "key-limit",
                        "Too many keys",
                        "An organization has at most "
                            + MOST_KEYS
                            + " keys that are not revoked; revoke one first.",
                        MOST_KEYS,
                        MOST_KEYS));
    return Response.json(201, Json.object().put("keyId", key.keyId()).put("key", key.key()));
  }

  private Response revokeKey(Request request) {
    if (!keys.revoke(request.id("id"), request.id("keyId"))) {
      throw Problem.notFound();
    }
    return Response.noContent();
  }
}
