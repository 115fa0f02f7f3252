package io.changepost.app.rehearsal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers 200 to what this process posts to itself, on a free port of the loopback. It reads no
 * more of a request than where it ends, and keeps nothing. A few threads serve a connection each;
 * others that come wait for one.
 */
final class LoopbackReceiver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoopbackReceiver.class);
  private static final int CONNECTIONS = 20; // more than the consumers in rehearsal.camel.yaml

  /** Then it closes, as receivers do now and then. */
  private static final int REQUESTS_OF_A_CONNECTION = 200;

  private static final int LONGEST_LINE = 1_024;
  private static final int LONGEST_SILENCE_MILLIS = 5_000;
  private static final String LENGTH = "content-length:";
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] LAST_ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private LoopbackReceiver(ServerSocket socket) {
    this.socket = socket;
  }

  /**
   * Listens when it returns.
   *
   * @throws IOException where there is no port to be had
   */
  static LoopbackReceiver open() throws IOException {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    LoopbackReceiver receiver = new LoopbackReceiver(new ServerSocket(0, CONNECTIONS, here));
    for (int n = 1; n <= CONNECTIONS; n++) {
      Thread thread = new Thread(receiver::work, "changepost-rehearsal-receiver-" + n);
      thread.setDaemon(true);
      thread.start();
    }
    return receiver;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
  }

  private void work() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        open.add(connection);
        try {
          if (!socket.isClosed()) {
            answer(connection);
          }
        } finally {
          open.remove(connection);
        }
      } catch (IOException | NumberFormatException ended) {
        LOG.debug("no more to answer: {}", ended.toString());
      }
    }
  }

  private static void answer(Socket connection) throws IOException {
    connection.setTcpNoDelay(true);
    connection.setSoTimeout(LONGEST_SILENCE_MILLIS);
    InputStream in = new BufferedInputStream(connection.getInputStream());
    OutputStream out = connection.getOutputStream();
    for (int n = 1; n <= REQUESTS_OF_A_CONNECTION && readRequest(in); n++) {
      out.write(n < REQUESTS_OF_A_CONNECTION ? ANSWER : LAST_ANSWER);
    }
  }

  /** False where none comes any more. */
  private static boolean readRequest(InputStream in) throws IOException {
    long length = 0;
    String line = readLine(in);
    while (line != null && !line.isEmpty()) {
      if (line.startsWith(LENGTH)) {
        length = Long.parseLong(line.substring(LENGTH.length()).strip());
      }
      line = readLine(in);
    }
    if (line != null) {
      in.skipNBytes(length);
    }
    return line != null;
  }

  private static @Nullable String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("a line longer than any of ours");
      }
      line.append((char) next);
      next = in.read();
    }
    return next < 0 ? null : line.toString().strip().toLowerCase(Locale.ROOT);
  }

  /** Ends those who are connected too. */
  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket connection : open) {
      connection.close();
    }
  }
}
