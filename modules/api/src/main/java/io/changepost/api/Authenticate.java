package io.changepost.api;

import io.changepost.persistence.access.KeyStore;
import io.changepost.persistence.access.KeyText;
import io.changepost.persistence.access.TokenStore;
import io.changepost.persistence.platform.OrganizationStore;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds who calls. Keys are looked up and compared as hashes, so the time an answer takes tells
 * nothing of a key; every wrong key gets the same answer. Thread-safe.
 */
final class Authenticate {

  private static final int LONGEST_KEY = 256;

  /** So that guessing is slow; a right key is never counted. */
  private static final int WRONG_KEYS_A_MINUTE = 20;

  private static final String BEARER = "bearer ";
  private static final String OPERATOR = "operator";

  private final KeyStore keys;
  private final TokenStore tokens;
  private final OrganizationStore organizations;
  private final byte @Nullable [] operatorHash;
  private final PerMinute wrongKeys = new PerMinute(WRONG_KEYS_A_MINUTE);

  Authenticate(ApiStores stores, @Nullable String operatorKey) {
    this.keys = stores.callers().keys();
    this.tokens = stores.callers().tokens();
    this.organizations = stores.platform().organizations();
    this.operatorHash = operatorKey == null ? null : KeyText.hash(operatorKey);
  }

  /**
   * Who calls an operation of that access.
   *
   * @throws Problem 401 without a valid key, 403 for the wrong kind, 429 after many wrong keys
   */
  Caller caller(Access access, Credentials credentials) {
    if (access == Access.PUBLIC) {
      return Caller.NOBODY;
    }
    KeyStore.Owner owner = owner(credentials);
    if (owner.organizationId() != null) {
      return organization(access, owner, owner.organizationId(), credentials);
    }
    return operator(access, credentials);
  }

  private Caller organization(
      Access access, KeyStore.Owner owner, long own, Credentials credentials) {
    if (access == Access.OPERATOR) {
      throw forbidden("Only the operator may do this.");
    }
    if (!credentials.organizations().isEmpty() && actingFor(credentials) != own) {
      throw Problem.notFound();
    }
    return new Caller(false, own, "key " + owner.keyId() + " (" + owner.hint() + "…)");
  }

  private Caller operator(Access access, Credentials credentials) {
    if (access == Access.OPERATOR) {
      return new Caller(true, null, OPERATOR);
    }
    if (credentials.organizations().isEmpty()) {
      throw forbidden(
          "This belongs to an organization: use its key, or name it with X-Organization.");
    }
    long organization = actingFor(credentials);
    if (!organizations.exists(organization)) {
      throw Problem.notFound();
    }
    return new Caller(true, organization, OPERATOR);
  }

  private static long actingFor(Credentials credentials) {
    List<String> given = credentials.organizations();
    try {
      if (given.size() == 1 && given.get(0).matches("[1-9][0-9]*")) {
        return Long.parseLong(given.get(0));
      }
    } catch (NumberFormatException tooLarge) {
      // Said below, like all that is no id.
    }
    throw Problem.malformed("X-Organization", "must be one organization's id");
  }

  private KeyStore.Owner owner(Credentials credentials) {
    if (credentials.authorization().isEmpty() && credentials.tokens().isEmpty()) {
      throw unauthorized();
    }
    return key(credentials)
        .flatMap(this::ownerOf)
        .orElseThrow(() -> wrongKey(credentials.address()));
  }

  /**
   * The hash of the key presented; empty for anything but one key or one token. Where both are
   * there the key counts: what else a client sends must not make a right one wrong.
   */
  private Optional<byte[]> key(Credentials credentials) {
    List<String> authorization = credentials.authorization();
    List<String> token = credentials.tokens();
    if (authorization.isEmpty() && token.size() == 1) {
      return token.get(0).length() > LONGEST_KEY ? Optional.empty() : tokens.keyHash(token.get(0));
    }
    if (authorization.size() != 1) {
      return Optional.empty();
    }
    String value = authorization.get(0);
    boolean bearer = value.toLowerCase(Locale.ROOT).startsWith(BEARER);
    return bearer && value.length() <= LONGEST_KEY + BEARER.length()
        ? Optional.of(KeyText.hash(value.substring(BEARER.length()).trim()))
        : Optional.empty();
  }

  private Optional<KeyStore.Owner> ownerOf(byte[] hash) {
    if (operatorHash != null && MessageDigest.isEqual(operatorHash, hash)) {
      return Optional.of(new KeyStore.Owner(0, null, ""));
    }
    // Where a setting gives the operator's key, one made before counts no more.
    return keys.owner(hash).filter(owner -> operatorHash == null || owner.organizationId() != null);
  }

  /**
   * A token for that key.
   *
   * @throws Problem 401 or 429 where the key is wrong
   */
  TokenStore.NewToken token(String key, String address) {
    byte[] hash = KeyText.hash(key);
    if (ownerOf(hash).isEmpty()) {
      throw wrongKey(address);
    }
    return tokens.create(hash);
  }

  private Problem wrongKey(String address) {
    int seconds = wrongKeys.count(address);
    return seconds == 0
        ? unauthorized()
        : Problem.withHeaders(
            429,
            "too-many-wrong-keys",
            "Too many wrong keys",
            "Too many wrong keys came from this address; a right one is served all the same.",
            Map.of("Retry-After", Integer.toString(seconds)));
  }

  private static Problem unauthorized() {
    return Problem.withHeaders(
        401,
        "unauthorized",
        "A valid key is needed",
        "Send a valid key as 'Authorization: Bearer <key>', or a token as 'X-Auth-Token'.",
        Map.of("WWW-Authenticate", "Bearer realm=\"changepost\""));
  }

  private static Problem forbidden(String detail) {
    return Problem.of(403, "forbidden", "Not with this key", detail);
  }
}
