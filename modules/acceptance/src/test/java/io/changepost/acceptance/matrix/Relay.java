package io.changepost.acceptance.matrix;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP relay between a node and its database that can be told to misbehave. It holds back what a
 * half-open peer or a silent partition would, delays every packet, resets, or swallows the answer
 * to a statement that was sent in full.
 */
final class Relay implements AutoCloseable {

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cuts = new AtomicInteger();
  private final Object change = new Object();
  private volatile boolean stalled;
  private volatile long delayMillis;
  private volatile boolean losingAnswers;

  Relay(int targetPort) {
    target = targetPort;
    try {
      server = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on every packet to the database waits that long. */
  void delay(long millis) {
    delayMillis = millis;
  }

  /** Nothing passes any more, in neither direction, and nobody is told: a silent partition. */
  void stall() {
    stalled = true;
  }

  /** What was held back passes again. */
  void flow() {
    synchronized (change) {
      stalled = false;
      losingAnswers = false;
      change.notifyAll();
    }
  }

  /** Ends all connections with a reset. */
  void reset() {
    for (Socket socket : sockets) {
      reset(socket);
    }
  }

  /** From now on requests pass, and the first byte of each answer becomes a reset. */
  void loseAnswers() {
    losingAnswers = true;
  }

  /** How many answers were swallowed. */
  int cuts() {
    return cuts.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket database = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        database.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(database);
        daemon(() -> pump(client, database, true));
        daemon(() -> pump(database, client, false));
      } catch (IOException refused) {
        // The database is down, or the relay is closed: the client sees an end.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean toDatabase) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (toDatabase && delayMillis > 0) {
          Thread.sleep(delayMillis);
        }
        hold();
        if (!toDatabase && losingAnswers) {
          cuts.incrementAndGet();
          reset(to);
          return;
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException ended) {
      // One side went away, so does the other.
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private void hold() throws InterruptedException {
    synchronized (change) {
      while (stalled) {
        change.wait();
      }
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException gone) {
      // It is what was wanted.
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    flow();
    reset();
  }
}
