package io.changepost.api;

import io.changepost.persistence.access.Acting;
import io.changepost.persistence.access.AnsweredStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Calls that change something: each is one transaction in its caller's name, and where it carries
 * an {@code Idempotency-Key} its answer is kept in the same transaction and given again. A call
 * that is refused leaves nothing, so its key is free for another try. Thread-safe.
 */
final class Write {

  /** The header, and its parameter. */
  static final String KEY = "Idempotency-Key";

  private static final Map<String, String> AGAIN = Map.of("Idempotent-Replayed", "true");

  private final Acting acting;
  private final AnsweredStore answered;

  Write(Acting acting, AnsweredStore answered) {
    this.acting = acting;
    this.answered = answered;
  }

  /** The handler that does its work so. */
  OperationHandler with(OperationHandler work) {
    return request -> run(request, () -> work.handle(request));
  }

  /** What {@code work} gives, in the caller's name, without a key. */
  <T> T as(Request request, Supplier<T> work) {
    return acting.as(request.caller().name(), work);
  }

  /** What {@code work} answers, or answered when the call came first. */
  Response run(Request request, Supplier<Response> work) {
    String key = request.textOrNull(KEY);
    return acting.as(
        request.caller().name(), () -> key == null ? work.get() : once(request, key, work));
  }

  private Response once(Request request, String key, Supplier<Response> work) {
    Caller caller = request.caller();
    AnsweredStore.CallKey call =
        new AnsweredStore.CallKey(
            caller.name() + " for " + caller.organization(), request.call().operation().id(), key);
    AnsweredStore.Known known = answered.begin(call, fingerprint(request));
    if (known instanceof AnsweredStore.Known.Answered before) {
      return new Response(before.status(), Response.JSON, before.body(), AGAIN);
    }
    if (known instanceof AnsweredStore.Known.Other) {
      throw Problem.conflict(
          "idempotency-key",
          "The Idempotency-Key stood for something else",
          "This Idempotency-Key came with another request in the last 24 hours; nothing was done.");
    }
    Response response = work.get();
    answered.keep(call, response.status(), response.body());
    return response;
  }

  private static byte[] fingerprint(Request request) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String segment : request.call().segments()) {
        digest.update(segment.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '/');
      }
      digest.update(request.call().body());
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
