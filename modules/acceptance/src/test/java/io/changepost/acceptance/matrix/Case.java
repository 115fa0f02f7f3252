package io.changepost.acceptance.matrix;

import io.changepost.testkit.Endpoint;
import io.changepost.testkit.FreePort;
import io.changepost.testkit.Reply;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One hostile endpoint and what must come of an attempt at it. */
final class Case {

  private static final int DEADLINE_MILLIS = 2_000;

  private final @Nullable Reply reply;
  private final boolean greets;
  private final String scheme;
  private final @Nullable String error;

  /** The error is a beginning of the word expected; null where any outcome will do. */
  private Case(@Nullable Reply reply, boolean greets, String scheme, @Nullable String error) {
    this.reply = reply;
    this.greets = greets;
    this.scheme = scheme;
    this.error = error;
  }

  static Case failing(String error, Reply reply) {
    return new Case(reply, false, "http", error);
  }

  static Case succeeding(Reply reply) {
    return new Case(reply, false, "http", "delivered");
  }

  static Case any(Reply reply) {
    return new Case(reply, false, "http", null);
  }

  static Case greeting(String error, Reply reply) {
    return new Case(reply, true, "http", error);
  }

  static Case tls(String error, Reply reply) {
    return new Case(reply, true, "https", error);
  }

  static Case refused() {
    return new Case(null, false, "http://127.0.0.1:" + FreePort.next() + "/nobody", "connect");
  }

  static Case unknownName() {
    return new Case(null, false, "http://nobody.changepost-matrix.test/hook", "dns");
  }

  /** Where the webhook points; starts the endpoint there is. */
  String open(java.util.function.Consumer<Endpoint> keep) {
    Reply plays = reply;
    if (plays == null) {
      return scheme;
    }
    Endpoint endpoint = Endpoint.start();
    if (greets) {
      endpoint.greet(plays);
    } else {
      endpoint.answer(plays);
    }
    keep.accept(endpoint);
    return endpoint.url("/hook").replaceFirst("http", scheme);
  }

  /** What is wrong, if anything is. */
  Optional<String> judge(Hostile.Seen seen) {
    String outcome = seen.error().isEmpty() ? "delivered" : seen.error();
    if (seen.millis() > DEADLINE_MILLIS + 1_000) {
      return Optional.of("took " + seen.millis() + " ms");
    }
    if (seen.requests() > 1) {
      return Optional.of(seen.requests() + " POSTs in one attempt");
    }
    String wanted = error;
    if (wanted == null) {
      return Optional.empty();
    }
    boolean met = wanted.isEmpty() ? !outcome.equals("delivered") : outcome.startsWith(wanted);
    return met
        ? Optional.empty()
        : Optional.of(outcome + " instead of " + (wanted.isEmpty() ? "a failure" : wanted));
  }
}
