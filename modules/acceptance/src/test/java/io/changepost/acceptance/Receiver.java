package io.changepost.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** An endpoint that keeps a ledger of what it saw; each path answers by a rule of its own. */
public final class Receiver implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Received> ledger = new ArrayList<>();
  private final Map<String, ToIntFunction<Received>> rules = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();

  public Receiver() {
    this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  public Receiver(InetSocketAddress address) {
    try {
      server = HttpServer.create(address, 1024);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Requests to that path are answered with the status that the rule gives; 200 where none is. */
  public void answer(String path, ToIntFunction<Received> rule) {
    rules.put(path, rule);
  }

  /** All requests to that path up to now, in order of arrival. */
  public List<Received> at(String path) {
    synchronized (ledger) {
      return ledger.stream().filter(received -> received.path().equals(path)).toList();
    }
  }

  public int inFlight() {
    return inFlight.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    inFlight.incrementAndGet();
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      String path = exchange.getRequestURI().getPath();
      Received request = new Received(path, headers, body, 0, System.nanoTime());
      int status = rules.getOrDefault(path, any -> 200).applyAsInt(request);
      synchronized (ledger) {
        ledger.add(new Received(path, headers, body, status, request.atNanos()));
      }
      byte[] text = ("answer " + status).getBytes(java.nio.charset.StandardCharsets.UTF_8);
      if (status == 204) {
        exchange.sendResponseHeaders(status, -1);
      } else {
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
      }
    } finally {
      inFlight.decrementAndGet();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
