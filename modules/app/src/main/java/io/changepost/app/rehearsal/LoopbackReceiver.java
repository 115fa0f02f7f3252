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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers 200 to what this process posts to itself, on a free port of the loopback. It reads no
 * more of a request than where it ends, and keeps nothing. Each connection has a thread; there are
 * a few of them, and others that come are told nothing.
 */
final class LoopbackReceiver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoopbackReceiver.class);
  private static final int CONNECTIONS = 8;
  private static final int LONGEST_LINE = 1_024;
  private static final String LENGTH = "content-length:";
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket socket;

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
      Thread thread = new Thread(receiver::answer, "changepost-rehearsal-receiver-" + n);
      thread.setDaemon(true);
      thread.start();
    }
    return receiver;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/rehearsal");
  }

  private void answer() {
    try (Socket connection = socket.accept()) {
      connection.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      while (readRequest(in)) {
        out.write(ANSWER);
      }
    } catch (IOException ended) {
      LOG.debug("no more to answer: {}", ended.toString());
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

  /** Those who are connected come to their end when the client goes. */
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
