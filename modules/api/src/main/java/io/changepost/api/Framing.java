package io.changepost.api;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Where a request's body ends, as its headers say; others on the way may read them differently. */
enum Framing {
  /** A length, or no body: the connection can be used again. */
  PLAIN,
  /**
   * In chunks. A length beside it was dropped by the server before we see it, and somebody before
   * us may have gone by that; so nothing that follows on the connection is read (RFC 9112, 6.1).
   */
  CHUNKED,
  /** More than one host or coding: nobody can say what was meant. */
  REFUSED;

  static Framing of(HttpServerRequest request) {
    List<String> codings = request.headers().getAll("Transfer-Encoding");
    if (request.headers().getAll("Host").size() > 1 || codings.size() > 1) {
      return REFUSED;
    }
    if (codings.isEmpty()) {
      return PLAIN;
    }
    return codings.get(0).trim().equalsIgnoreCase("chunked") ? CHUNKED : REFUSED;
  }

  static Problem problem() {
    return Problem.of(
        400,
        "malformed",
        "The request is malformed",
        "One Host and one Transfer-Encoding at most.");
  }
}
