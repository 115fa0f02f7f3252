package io.changepost.app.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Serves Hawtio's pages under {@code /hawtio} and hands what they ask of JMX to one Jolokia, with
 * the password that the browser was asked for: none is kept here. Only pages from here may ask, and
 * only under a name of this machine, so that no other site can use the browser's password.
 */
final class Console implements AutoCloseable {

  private static final String BASE = "/hawtio/";
  private static final String JOLOKIA = "jolokia";
  private static final String VERSION = "{\"type\":\"version\"}";
  private static final int LARGEST_REQUEST = 1 << 20;
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; charset=utf-8";

  /** What Hawtio's pages ask their own server side, and what stands for it. */
  private static final Map<String, String> ANSWERS =
      Map.of(
          "user", "\"operator\"",
          "plugin", "[]",
          "keycloak/enabled", "false",
          "proxy/enabled", "false",
          "auth/config", "{}",
          "auth/config/session-timeout", "{}");

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpServer server;
  private final Pages pages;
  private final URI jolokia;

  private Console(HttpServer server, Pages pages, URI jolokia) {
    this.server = server;
    this.pages = pages;
    this.jolokia = jolokia;
  }

  static Console start(InetSocketAddress address, Pages pages, URI jolokia) throws IOException {
    Console console = new Console(HttpServer.create(address, 0), pages, jolokia);
    console.server.setExecutor(console.threads);
    console.server.createContext("/", console::handle);
    console.server.start();
    return console;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange call) throws IOException {
    try (call) {
      Headers head = call.getResponseHeaders();
      head.set("X-Content-Type-Options", "nosniff");
      head.set("Referrer-Policy", "no-referrer");
      head.set(
          "Content-Security-Policy",
          "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
              + " font-src 'self' data:; frame-ancestors 'none'; form-action 'self'");
      if (!isOwn(call)) {
        answer(call, 403, TEXT, bytes("Not from there."));
        return;
      }
      route(call, call.getRequestURI().getPath());
    } catch (RuntimeException e) {
      throw new IOException(e);
    }
  }

  /** A page of another site can neither name this host its own nor hide where it is from. */
  private static boolean isOwn(HttpExchange call) {
    String host = call.getRequestHeaders().getFirst("Host");
    String origin = call.getRequestHeaders().getFirst("Origin");
    return host != null
        && host.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?")
        && (origin == null || origin.equals("http://" + host));
  }

  private void route(HttpExchange call, String path) throws IOException {
    if (!path.startsWith(BASE)) {
      call.getResponseHeaders().set("Location", BASE);
      answer(call, 302, TEXT, new byte[0]);
      return;
    }
    String wanted = path.substring(BASE.length());
    if (wanted.equals(JOLOKIA) || wanted.startsWith(JOLOKIA + "/")) {
      forward(call);
      return;
    }
    if (!call.getRequestMethod().equals("GET")) {
      answer(call, 405, TEXT, new byte[0]);
      return;
    }
    String known = ANSWERS.get(wanted);
    if (known != null) {
      answer(call, 200, JSON, bytes(known));
      return;
    }
    Pages.@Nullable Page page = pages.find(wanted).orElse(null);
    if (page != null && !wanted.equals("index.html")) {
      answer(call, 200, page.type(), page.bytes());
    } else if (wanted.startsWith("static/") || wanted.startsWith("auth/")) {
      answer(call, 404, TEXT, new byte[0]);
    } else {
      index(call);
    }
  }

  /** Every view of Hawtio is this page; it is given to who can open the Jolokia behind it. */
  private void index(HttpExchange call) throws IOException {
    HttpResponse<byte[]> opened = ask(call, bytes(VERSION));
    if (opened == null) {
      answer(call, 502, TEXT, bytes("No answer from " + jolokia + "; does the server run?\n"));
    } else if (opened.statusCode() == 401) {
      challenge(call);
    } else if (opened.statusCode() != 200) {
      answer(
          call,
          502,
          TEXT,
          bytes(
              jolokia
                  + " answered "
                  + opened.statusCode()
                  + "; is changepost.jolokia.enabled true there?\n"));
    } else {
      Pages.Page page = pages.find("index.html").orElseThrow();
      answer(call, 200, page.type(), page.bytes());
    }
  }

  private static void challenge(HttpExchange call) throws IOException {
    call.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"Changepost: user operator\"");
    answer(
        call, 401, TEXT, bytes("The user is operator, the password changepost.jolokia.password."));
  }

  private void forward(HttpExchange call) throws IOException {
    boolean reads = call.getRequestMethod().equals("GET");
    byte[] body = reads ? bytes(VERSION) : call.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
    if (body.length > LARGEST_REQUEST) {
      answer(call, 413, TEXT, new byte[0]);
      return;
    }
    HttpResponse<byte[]> answer = ask(call, body);
    if (answer == null) {
      answer(call, 502, TEXT, bytes("No answer from " + jolokia));
    } else if (answer.statusCode() == 401) {
      challenge(call);
    } else {
      answer(call, answer.statusCode(), JSON, answer.body());
    }
  }

  /** Null where nothing answers. */
  private @Nullable HttpResponse<byte[]> ask(HttpExchange call, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(jolokia)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", JSON)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    String login = call.getRequestHeaders().getFirst("Authorization");
    if (login != null && login.matches("Basic [A-Za-z0-9+/=]+")) {
      request.header("Authorization", login);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange call, int status, String type, byte[] body)
      throws IOException {
    call.getResponseHeaders().set("Content-Type", type);
    boolean lasting = call.getRequestURI().getPath().startsWith(BASE + "static/");
    call.getResponseHeaders()
        .set("Cache-Control", lasting && status == 200 ? "max-age=86400" : "no-store");
    call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      call.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
