package io.changepost.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One connection in the hands of a script: bytes out, pauses, and several ways to end it. */
public final class Wire {

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final CountDownLatch endpointClosed;
  private long sent;

  Wire(Socket socket, InputStream in, OutputStream out, CountDownLatch endpointClosed) {
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.endpointClosed = endpointClosed;
  }

  /** Sends those characters as bytes of ISO 8859-1, at once. */
  public Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends those bytes at once. */
  public Wire send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    sent += bytes.length;
    return this;
  }

  /** Waits, or ends the script where the endpoint is closed meanwhile. */
  public Wire pause(Duration time) throws IOException {
    try {
      if (endpointClosed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the endpoint is closed");
      }
      return this;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Reads that many bytes, or fewer where the peer ends; over TLS this makes the handshake. */
  public Wire read(int count) throws IOException {
    in.readNBytes(count);
    return this;
  }

  /** Does nothing until the peer or the endpoint is closed; what comes meanwhile is thrown away. */
  public void hold() throws IOException {
    byte[] some = new byte[4096];
    while (in.read(some) >= 0) {
      // Only the end is of interest.
    }
  }

  /** Does nothing and reads nothing until the endpoint is closed. */
  public void freeze() throws IOException {
    pause(Duration.ofDays(1));
  }

  /** Ends the connection in order (FIN). */
  public void close() throws IOException {
    socket.close();
  }

  /** Ends the connection with a reset (RST). */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** How many bytes went out. */
  public long sent() {
    return sent;
  }
}
