package io.changepost.app.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A receiver as a customer would write it: verifies, then answers 200. It is told to fail now and
 * then, so that a resend is seen. What cannot be verified is answered with 401.
 */
final class Receiver implements AutoCloseable {

  private static final String PATH = "/changes";
  private static final int FAILS_ONE_IN = 12;
  private static final int FIRST_TO_FAIL = 3;

  private final Ledger ledger;
  private final Print print;
  private final Clock clock;
  private final HttpServer http;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger firstAttempts = new AtomicInteger();
  private volatile @Nullable Signature signature;

  /** Listens on a free loopback port at once. */
  Receiver(Ledger ledger, Print print, Clock clock) {
    this.ledger = ledger;
    this.print = print;
    this.clock = clock;
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.createContext(PATH, this::receive);
    http.setExecutor(threads);
    http.start();
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort() + PATH;
  }

  /** The webhook's secret; until it is known nothing verifies. */
  void knows(String secret) {
    signature = new Signature(secret);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(answer(arrival(exchange, body)), -1);
    }
  }

  private Arrival arrival(HttpExchange exchange, byte[] body) {
    long now = System.nanoTime();
    Signature.Headers headers =
        new Signature.Headers(
            header(exchange, "webhook-id"),
            header(exchange, "webhook-timestamp"),
            header(exchange, "webhook-signature"));
    Signature known = signature;
    boolean verified = known != null && known.verifies(headers, body, clock.instant());
    try {
      JsonObject message =
          new JsonObject(new String(body, java.nio.charset.StandardCharsets.UTF_8));
      return new Arrival(
          message.getLong("changeId", 0L),
          message.getString("object") + " " + message.getString("action"),
          Integer.parseInt(header(exchange, "webhook-attempt")),
          now,
          verified && headers.id().equals(message.getString("id")));
    } catch (DecodeException | ClassCastException | NumberFormatException e) {
      return new Arrival(0, "what is no message", 1, now, false);
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
  }

  private int answer(Arrival arrival) {
    Ledger.Judged judged = ledger.judge(arrival);
    String which = arrival.what() + ", attempt " + arrival.attempt();
    return switch (judged.verdict()) {
      case WRONG_SIGNATURE -> {
        print.line(Print.Kind.WRONG, which + ", the signature is wrong");
        yield 401;
      }
      case UNEXPECTED -> {
        print.line(Print.Kind.WRONG, which + ", nobody should have heard of it");
        yield 200;
      }
      case AGAIN -> {
        print.line(Print.Kind.ARRIVED, which + ", signature verified, seen before");
        yield 200;
      }
      case EXPECTED -> {
        if (arrival.attempt() == 1
            && firstAttempts.incrementAndGet() % FAILS_ONE_IN == FIRST_TO_FAIL) {
          print.line(Print.Kind.REFUSED, which + ": the receiver was told to fail; it comes again");
          yield 503;
        }
        // First the line, then the count: who waits for the last message prints after it.
        print.line(
            Print.Kind.ARRIVED,
            which + ", signature verified, " + judged.millis() + " ms after commit");
        ledger.accepted(arrival.changeId());
        yield 200;
      }
    };
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
