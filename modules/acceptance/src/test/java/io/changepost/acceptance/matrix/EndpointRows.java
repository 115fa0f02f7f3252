package io.changepost.acceptance.matrix;

import io.changepost.acceptance.Product;
import io.changepost.testkit.Endpoint;
import io.changepost.testkit.Reply;
import io.changepost.testkit.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * C: endpoints that misbehave. All are webhooks of one node and are tried at the same time, with a
 * deadline of 2 s, so that each also shows that it holds up nobody else.
 */
final class EndpointRows {

  private static final int REDELIVERY_SECONDS = 60;

  /** An upper bound alone: what is waited for comes within moments on a quiet machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private EndpointRows() {}

  static List<Trial> trials() {
    List<Trial> trials = new ArrayList<>();
    Duration tick = Duration.ofMillis(200);
    row(
        trials,
        "C1",
        "accepts, never answers",
        "timeout at the deadline",
        Case.failing("timeout", Reply.never()));
    row(
        trials,
        "C2",
        "one byte each 200 ms, in headers, and in the body",
        "timeout; a 2xx whose body is slow is a success",
        Case.failing("timeout", Reply.drippedHeaders(200, tick)),
        Case.succeeding(Reply.drippedBody(200, tick)));
    row(
        trials,
        "C3",
        "endless body; 10 GB announced",
        "the status counts, the rest is not read",
        Case.succeeding(Reply.endlessChunks(200)),
        Case.succeeding(Reply.flood(200, 10_000_000_000L)));
    row(
        trials,
        "C4",
        "endless headers; one endless header line",
        "invalid response",
        Case.failing("invalid response", Reply.endlessHeaders(200)),
        Case.failing("invalid response", Reply.endlessHeaderLine(200)));
    row(
        trials,
        "C5",
        "endless 103; endless 100",
        "fails by the deadline",
        Case.failing("", Reply.endlessInterim(103)),
        Case.failing("", Reply.endlessInterim(100)));
    row(
        trials,
        "C6",
        "gzip of 1 MB that unpacks to 1 GiB",
        "not unpacked",
        Case.succeeding(Reply.gzipBomb(200, 1024)));
    row(
        trials,
        "C7",
        "closes before the status; in the body of a 200; in the body of a 500",
        "fails; by status; by status. One POST each",
        Case.failing("", Reply.close()),
        Case.succeeding(Reply.closeInBody(200, 10)),
        Case.failing("", Reply.closeInBody(500, 10)));
    row(
        trials,
        "C8",
        "RST before the status; RST in the body of a 200; a port nobody listens on",
        "fails; by status; connect",
        Case.failing("reset", Reply.reset()),
        Case.succeeding(Reply.resetInBody(200, 10)),
        Case.refused());
    row(
        trials,
        "C9",
        "301, 302, 303, 307, 308 to itself",
        "never followed: one POST each",
        redirects());
    trials.add(
        Trial.fast(
            "C10",
            "410",
            "inactive at once with the reason gone, what waits ends, audited",
            EndpointRows::gone));
    trials.add(
        Trial.fast(
            "C11",
            "429 and 503 with Retry-After 5, 3600, 86400, 0, -1, a past and a far date, words, 1,000 digits",
            "next attempt after max(step, value), at most 1 h; one POST each",
            EndpointRows::retryAfter));
    row(
        trials,
        "C12",
        "two lengths; length and chunks; 204 with a body; HTTP/0.9; HTTP/9.9; status 99 and 1000; NUL in a header; bare LF",
        "a status or invalid response; the healthy neighbour is not touched",
        odd());
    row(
        trials,
        "C13",
        "101; 100 and nothing more; 401 and 407 with a challenge",
        "fails, nothing is sent again",
        Case.failing(
            "", Reply.raw("HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")),
        Case.failing("timeout", Reply.raw("HTTP/1.1 100 Continue\r\n\r\n")),
        Case.failing("", Reply.of(401, "", "WWW-Authenticate: Basic realm=x")),
        Case.failing("", Reply.of(407, "", "Proxy-Authenticate: Basic realm=x")));
    trials.add(
        Trial.fast(
            "C14",
            "closes the idle connection between two messages, 10 times",
            "no attempt is lost",
            EndpointRows::idleClosed));
    trials.add(Trial.fast("C15", "Set-Cookie", "no cookie is ever sent", EndpointRows::cookies));
    row(
        trials,
        "C16",
        "answers with headers CamelSqlQuery, CamelHttpUri, deliveryId, webhook-id and 6 KB more",
        "no effect",
        Case.succeeding(
            Reply.of(
                200,
                "ok",
                "CamelSqlQuery: delete from changepost.webhook",
                "CamelHttpUri: http://127.0.0.1:1/",
                "CamelHttpMethod: DELETE",
                "deliveryId: 999",
                "webhook-id: other",
                "X-Much: " + "x".repeat(6_000))));
    row(
        trials,
        "C17",
        "does not read our request",
        "timeout at the deadline",
        Case.greeting("timeout", Wire::freeze));
    row(
        trials,
        "C18",
        "https: answers in plain text; stalls in the handshake (nine further reasons: TlsTest of modules/delivery, every build)",
        "fails as tls, or at the deadline",
        Case.tls("tls", wire -> wire.send("HTTP/1.1 200 OK\r\n\r\n").close()),
        Case.tls("", Wire::hold));
    row(
        trials,
        "C19",
        "a name that does not exist (SERVFAIL, no answer, loops, many addresses: ResolverTest of modules/delivery, every build)",
        "dns",
        Case.unknownName());
    trials.add(
        Trial.slow(
            "C20",
            "a name changes its address while messages are sent (a DNS server of our own)",
            "the new address is used within 60 s, no attempt fails",
            NameRows::moves));
    trials.add(
        Trial.slow(
            "C21",
            "DNS rebinding: an allowed address at first, then 127.0.0.1, then both",
            "refused: the vetted address is the connected one",
            NameRows::rebinds));
    trials.add(
        Trial.slow(
            "C22",
            "our DNS server does not answer for 4 s, with resends after 3, 10 and 20 s",
            "nothing fails for good, no endpoint is charged with it",
            NameRows::silentServer));
    return trials;
  }

  private static void row(
      List<Trial> trials, String id, String fault, String expected, Case... cases) {
    trials.add(Trial.fast(id, fault, expected, () -> run(List.of(cases))));
    Hostile.add(cases);
  }

  private static Case[] redirects() {
    return List.of(301, 302, 303, 307, 308).stream()
        .map(status -> Case.failing("redirect", Reply.redirect(status, "/again")))
        .toArray(Case[]::new);
  }

  private static Case[] odd() {
    return new Case[] {
      Case.any(
          Reply.rawThenClose(
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello")),
      Case.any(
          Reply.rawThenClose(
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
      Case.any(Reply.rawThenClose("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello")),
      Case.failing("", Reply.rawThenClose("hello, I am HTTP 0.9\r\n")),
      Case.any(Reply.rawThenClose("HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n")),
      Case.failing("", Reply.rawThenClose("HTTP/1.1 99 Odd\r\nContent-Length: 0\r\n\r\n")),
      Case.failing("", Reply.rawThenClose("HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n")),
      Case.any(Reply.rawThenClose("HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n")),
      Case.any(Reply.rawThenClose("HTTP/1.1 200 OK\nContent-Length: 0\n\n"))
    };
  }

  private static Finding run(List<Case> cases) {
    Hostile hostile = Hostile.get();
    List<String> wrong = new ArrayList<>();
    List<String> figures = new ArrayList<>();
    for (Case one : cases) {
      Hostile.Seen seen = hostile.seen(one);
      figures.add(
          (seen.error().isEmpty() ? "delivered" : seen.error())
              + " after "
              + seen.millis()
              + " ms");
      one.judge(seen).ifPresent(wrong::add);
    }
    hostile.healthyWas().ifPresent(wrong::add);
    return Finding.of(wrong, String.join("; ", figures));
  }

  private static Finding gone() throws Exception {
    Hostile hostile = Hostile.get();
    try (Endpoint endpoint = Endpoint.start().answer(Reply.status(410))) {
      long id = hostile.hook(endpoint.url("/gone"));
      hostile.scene().documents(3);
      Scene.awaitTrue(
          "inactive", (int) PATIENCE.toSeconds(), () -> hostile.status(id).equals("inactive"));
      Scene.awaitTrue(
          "ended",
          (int) PATIENCE.toSeconds(),
          () ->
              hostile
                      .scene()
                      .number(
                          "select (select count(*) from changepost.delivery where webhook_id = "
                              + id
                              + ") + (select count(*) from changepost.leased where webhook_id = "
                              + id
                              + ")")
                  == 0);
      int posts = endpoint.requests().size();
      hostile.scene().documents(2);
      Scene.pause(700);
      long audited =
          hostile
              .scene()
              .number(
                  "select count(*) from changepost.audit where action = 'webhook.inactive' and subject = 'webhook "
                      + id
                      + "'");
      return Finding.of(
          endpoint.requests().size() == posts && audited == 1,
          "POSTs after: " + (endpoint.requests().size() - posts) + ", audit entries " + audited,
          "not silent, or not audited");
    }
  }

  private static Finding retryAfter() throws Exception {
    Hostile hostile = Hostile.get();
    Map<String, Integer> waits =
        Map.of(
            "5",
            REDELIVERY_SECONDS,
            "3600",
            3_600,
            "86400",
            3_600,
            "0",
            REDELIVERY_SECONDS,
            "-1",
            REDELIVERY_SECONDS,
            "Wed, 21 Oct 2015 07:28:00 GMT",
            REDELIVERY_SECONDS,
            "Wed, 21 Oct 2099 07:28:00 GMT",
            3_600,
            "soon",
            REDELIVERY_SECONDS,
            "9".repeat(1_000),
            3_600);
    List<Endpoint> endpoints = new ArrayList<>();
    List<Long> ids = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (Map.Entry<String, Integer> one : waits.entrySet()) {
      Endpoint endpoint =
          Endpoint.start()
              .answer(Reply.retryAfter(expected.size() % 2 == 0 ? 429 : 503, one.getKey()));
      endpoints.add(endpoint);
      ids.add(hostile.hook(endpoint.url("/wait")));
      expected.add(one.getValue());
    }
    hostile.scene().documents(1);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      long id = ids.get(i);
      String row =
          "changepost.delivery where webhook_id = "
              + id
              + " and attempt_count = 1 and token is null";
      Scene.awaitTrue(
          "one attempt", 20, () -> hostile.scene().number("select count(*) from " + row) == 1);
      long wait =
          hostile
              .scene()
              .number("select extract(epoch from due_at - clock_timestamp())::bigint from " + row);
      if (wait < expected.get(i) * 0.75 - 5 || wait > expected.get(i) * 1.25 + 2) {
        wrong.add("waits " + wait + " s instead of " + expected.get(i));
      }
      if (endpoints.get(i).requests().size() != 1) {
        wrong.add(endpoints.get(i).requests().size() + " POSTs in one attempt");
      }
      endpoints.get(i).close();
    }
    return Finding.of(wrong, waits.size() + " values, one POST each");
  }

  private static Finding idleClosed() throws Exception {
    Hostile hostile = Hostile.get();
    try (Endpoint endpoint =
        Endpoint.start().answer(Reply.thenClose(Reply.status(200), Duration.ofMillis(50)))) {
      long id = hostile.hook(endpoint.url("/idle"));
      for (int i = 1; i <= 10; i++) {
        hostile.scene().documents(1);
        endpoint.awaitRequests(i, PATIENCE);
        // The next change is made only when this side has closed.
        Scene.awaitTrue("the close", (int) PATIENCE.toSeconds(), () -> endpoint.open() == 0);
      }
      Scene.awaitTrue(
          "recorded",
          (int) PATIENCE.toSeconds(),
          () ->
              hostile
                      .scene()
                      .number(
                          "select count(*) from changepost.delivery_log where webhook_id = " + id)
                  == 10);
      long failed =
          hostile
              .scene()
              .number(
                  "select count(*) from changepost.every_attempt where error is not null and webhook_id = "
                      + id);
      return Finding.of(
          failed == 0, "10 messages, failed attempts " + failed, failed + " attempts lost");
    }
  }

  private static Finding cookies() throws Exception {
    Hostile hostile = Hostile.get();
    try (Endpoint endpoint =
        Endpoint.start().answer(Reply.of(200, "", "Set-Cookie: a=b; Path=/"))) {
      hostile.hook(endpoint.url("/cookie"));
      for (int i = 1; i <= 3; i++) {
        hostile.scene().documents(1);
        endpoint.awaitRequests(i, PATIENCE);
      }
      long sent =
          endpoint.requests().stream()
              .filter(request -> request.headers().containsKey("cookie"))
              .count();
      return Finding.of(sent == 0, "3 requests, cookies sent " + sent, "a cookie was sent");
    }
  }

  static void close() {
    Hostile.end();
  }

  static Map<String, String> settings() {
    return Map.of(
        "CHANGEPOST_REDELIVERY_DELAYS",
        "60s,60s,60s",
        "CHANGEPOST_JAVA_OPTS",
        "-Xmx192m",
        "CHANGEPOST_WEBHOOKS_LIMIT",
        "1000");
  }

  static Product node(Scene scene) {
    return scene.node(settings());
  }
}
