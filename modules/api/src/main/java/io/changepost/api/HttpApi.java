package io.changepost.api;

import io.changepost.persistence.access.AnsweredStore;
import io.changepost.persistence.change.PublishStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/**
 * The HTTP API under {@code /api/v1}, as openapi.yaml describes it. Handlers stand on the server's
 * router itself: nothing a client sends becomes a header of an exchange. Blocking work runs on
 * bounded pools of its own; the event loop only reads and writes.
 */
public final class HttpApi {

  /** Where it is mounted. */
  public static final String BASE = "/api/v1";

  static final int LARGEST_BODY = 1024 * 1024;

  private static final int FIRST = Integer.MIN_VALUE;
  private static final long SWEEP_MILLIS = 600_000;
  private static final int THREADS = 8;
  private static final int MOST_WAITING = 256;
  private static final int TEST_THREADS = 4;
  private static final int MOST_TESTS = 16;
  private static final int REPLAY_THREADS = 4;
  private static final int MOST_REPLAYS = 16;

  private final OpenApi openApi;
  private final Serve serve;
  private final PublishStore publish;
  private final AnsweredStore answered;
  private final AtomicLong held = new AtomicLong();

  /**
   * Reads openapi.yaml.
   *
   * @throws IllegalStateException where it and the handlers do not match one to one
   */
  public HttpApi(ApiStores stores, ApiSettings settings) {
    openApi = OpenApi.load();
    publish = stores.publish();
    Authenticate authenticate = new Authenticate(stores, settings.operatorKey());
    answered = stores.callers().answered();
    serve =
        new Serve(
            authenticate,
            Handlers.of(stores, settings, authenticate, openApi).complete(openApi.operations()));
  }

  /** Serves from that router from now on. Called once for each server. */
  public void mount(Vertx vertx, Router router) {
    Workers workers = new Workers(vertx, "changepost-api", THREADS, MOST_WAITING);
    Workers publishers = new Workers(vertx, "changepost-api-publish", THREADS, MOST_WAITING);
    Workers tests = new Workers(vertx, "changepost-api-test", TEST_THREADS, MOST_TESTS);
    // These wait for fan-out, or end what waits: seconds, in which others go on.
    Workers replays = new Workers(vertx, "changepost-api-replay", REPLAY_THREADS, MOST_REPLAYS);
    workers.run(openApi::readSchemas);
    vertx.setPeriodic(SWEEP_MILLIS, timer -> workers.run(this::forgetOldKeys));
    router.route().order(FIRST).handler(new LastRequests());
    router
        .route(BASE + "/*")
        .handler(
            context ->
                take(
                    context,
                    call ->
                        switch (call.operation().id()) {
                          case "testWebhook" -> tests;
                          case "replayWebhook", "activateWebhook" -> replays;
                          case "publishChanges" -> isKept(call) ? workers : publishers;
                          default -> workers;
                        }));
  }

  /** True where its answer is kept with what it does, so that its thread waits for that. */
  private static boolean isKept(Call call) {
    return call.headers().containsKey(Write.KEY);
  }

  private boolean forgetOldKeys() {
    publish.forgetOldKeys();
    answered.forgetOld();
    return true;
  }

  private interface Pools {
    Workers of(Call call);
  }

  private void take(RoutingContext context, Pools pools) {
    HttpServerRequest request = context.request();
    String path = Objects.requireNonNullElse(request.path(), "");
    List<Operation> here =
        path.startsWith(BASE + "/") ? openApi.at(path.substring(BASE.length())) : List.of();
    Optional<Operation> operation = withMethod(here, request.method());
    ReadBody reader = new ReadBody(LARGEST_BODY, held);
    Framing framing = Framing.of(request);
    Future<Response> answer;
    if (framing == Framing.REFUSED) {
      // It is answered at once, and a body that is read later would be held for good.
      answer = Future.failedFuture(Framing.problem());
    } else if (operation.isEmpty()) {
      Problem problem = here.isEmpty() ? Problem.notFound() : notAllowed(here);
      answer = reader.read(context).transform(any -> Future.failedFuture(problem));
    } else {
      Future<byte[]> read = reader.read(context);
      Credentials credentials = credentials(request);
      String query = request.query();
      String contentType = request.getHeader("Content-Type");
      List<String> segments = OpenApi.segments(path.substring(BASE.length()));
      Map<String, List<String>> headers = headers(request, operation.get());
      answer =
          read.compose(
              body -> {
                Call call =
                    new Call(
                        operation.get(), segments, query, headers, contentType, credentials, body);
                return pools.of(call).runLater(() -> serve.serve(call));
              });
    }
    String name = operation.map(Operation::id).orElse("no operation");
    answer
        .recover(failure -> Future.succeededFuture(Failures.response(failure, name)))
        .onSuccess(
            response -> {
              reader.release();
              if (framing != Framing.PLAIN) {
                request.response().putHeader("Connection", "close");
              }
              send(request, response);
            });
  }

  private static Optional<Operation> withMethod(List<Operation> here, HttpMethod method) {
    return here.stream().filter(one -> one.method().equals(method.name())).findFirst();
  }

  private static Problem notAllowed(List<Operation> here) {
    String allow = here.stream().map(Operation::method).sorted().collect(Collectors.joining(", "));
    return Problem.withHeaders(
        405,
        "method-not-allowed",
        "Not this method",
        "Here one may call " + allow + ".",
        Map.of("Allow", allow));
  }

  private static Map<String, List<String>> headers(HttpServerRequest request, Operation operation) {
    return operation.headers().stream()
        .filter(name -> request.headers().contains(name))
        .collect(Collectors.toMap(name -> name, name -> request.headers().getAll(name)));
  }

  private static Credentials credentials(HttpServerRequest request) {
    return new Credentials(
        request.headers().getAll("Authorization"),
        request.headers().getAll("X-Auth-Token"),
        request.headers().getAll("X-Organization"),
        network(request.remoteAddress()));
  }

  /** An IPv6 network's half alone: whoever has one address there has them all. */
  private static String network(SocketAddress peer) {
    String address = peer == null ? "" : Objects.requireNonNullElse(peer.hostAddress(), "");
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      // A literal, so nothing is resolved.
      byte[] bytes = InetAddress.getByName(address).getAddress();
      return HexFormat.of().formatHex(bytes, 0, bytes.length / 2);
    } catch (UnknownHostException e) {
      return address;
    }
  }

  private static void send(HttpServerRequest request, Response answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    // Answers hold secrets and what only their caller may see.
    response.putHeader("Cache-Control", "no-store");
    response.putHeader("X-Content-Type-Options", "nosniff");
    answer.headers().forEach(response::putHeader);
    if (answer.status() != 204) {
      response.putHeader("Content-Type", answer.contentType());
    }
    boolean last = response.headers().contains("Connection", "close", true);
    response
        .end(Buffer.buffer(answer.body()))
        .onComplete(
            sent -> {
              if (last) {
                // The server would wait for the rest of a request that nobody reads.
                request.connection().close();
              }
            });
  }
}
