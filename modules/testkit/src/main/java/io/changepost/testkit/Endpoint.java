package io.changepost.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of webhooks on 127.0.0.1 that writes down every request and answers as told: properly,
 * or in one of the many ways in which endpoints on the internet misbehave. Thread-safe.
 *
 * <pre>{@code
 * try (Endpoint endpoint = Endpoint.start()) {
 *   endpoint.answer(Reply.status(500));
 *   ... // post to endpoint.url("/hook")
 *   endpoint.awaitRequests(1, Duration.ofSeconds(5));
 * }
 * }</pre>
 */
public final class Endpoint implements AutoCloseable {

  private static final int BACKLOG = 1024;

  private final ServerSocket server;
  private final String scheme;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Received> requests = new ArrayList<>();
  private volatile Function<Received, Reply> script = request -> Reply.status(200);
  private volatile @Nullable Reply greeting;

  private Endpoint(ServerSocket server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    daemon(this::accept);
  }

  /** An endpoint that answers 200 until told otherwise. */
  public static Endpoint start() {
    try {
      return start(new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1")), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same over TLS; see {@link TestCertificates}. */
  public static Endpoint start(SSLContext tls) {
    try {
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      return start(tls.getServerSocketFactory().createServerSocket(0, BACKLOG, loopback), "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An endpoint on a socket that is bound already; closing it closes the socket. */
  public static Endpoint start(ServerSocket bound, String scheme) {
    return new Endpoint(bound, scheme);
  }

  /** The port that was free. */
  public int port() {
    return server.getLocalPort();
  }

  /** Its URL with that path, such as {@code http://127.0.0.1:41234/hook}. */
  public String url(String path) {
    return scheme + "://127.0.0.1:" + port() + path;
  }

  /** Answers every request from now on like this. */
  public Endpoint answer(Reply reply) {
    return answer(request -> reply);
  }

  /** Answers each request from now on as the script says; it may be asked by several threads. */
  public Endpoint answer(Function<Received, Reply> newScript) {
    script = newScript;
    return this;
  }

  /** Answers from now on in that order; the last one stays. */
  public Endpoint answerInTurn(Reply... replies) {
    AtomicInteger next = new AtomicInteger();
    return answer(request -> replies[Math.min(next.getAndIncrement(), replies.length - 1)]);
  }

  /** Plays this on every new connection before anything is read from it; null reads at once. */
  public Endpoint greet(@Nullable Reply newGreeting) {
    greeting = newGreeting;
    return this;
  }

  /** A copy of what came until now. */
  public List<Received> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Forgets what came until now. */
  public void forget() {
    synchronized (requests) {
      requests.clear();
    }
  }

  /** How many connections were made until now. */
  public int connections() {
    return connections.get();
  }

  /** How many connections this side holds open now. */
  public int open() {
    return sockets.size();
  }

  /**
   * Waits until at least {@code count} requests are there and returns all.
   *
   * @throws AssertionError where they do not come in time
   */
  public List<Received> awaitRequests(int count, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    synchronized (requests) {
      while (requests.size() < count) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          throw new AssertionError(
              "only " + requests.size() + " of " + count + " requests came within " + timeout);
        }
        try {
          requests.wait(left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AssertionError("interrupted while waiting for requests", e);
        }
      }
      return List.copyOf(requests);
    }
  }

  /** Ends all connections and frees the port. */
  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (closed.getCount() > 0) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        int number = connections.incrementAndGet();
        daemon(() -> serve(socket, number));
      } catch (IOException ended) {
        return;
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      socket.setTcpNoDelay(true);
      Reply first = greeting;
      if (first != null) {
        first.play(new Wire(socket, socket.getInputStream(), socket.getOutputStream(), closed));
      }
      InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      Wire wire = new Wire(socket, in, socket.getOutputStream(), closed);
      while (!socket.isClosed()) {
        RequestReader reader = new RequestReader(in);
        if (!reader.read()) {
          return;
        }
        script.apply(record(reader, number)).play(wire);
      }
    } catch (IOException ended) {
      // The peer went away, or the script wanted it so.
    } finally {
      sockets.remove(socket);
    }
  }

  private Received record(RequestReader reader, int connection) {
    synchronized (requests) {
      Received request = reader.received(requests.size() + 1, connection, Instant.now());
      requests.add(request);
      requests.notifyAll();
      return request;
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "test-endpoint");
    thread.setDaemon(true);
    thread.start();
  }
}
